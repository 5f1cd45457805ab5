create table note (
  owner    varchar(128) not null,
  subject  varchar(200) not null,
  text     varchar(2000) not null
);
