'use strict';

const find = (id) => document.getElementById(id);
const minute = 60 * 1000;
const day = 24 * 60 * minute;

// Text that comes from elsewhere is only ever shown as text, never as HTML.
const element = (name, text) => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
};

const time = (instant, options) => {
  const made = element('time', new Date(instant).toLocaleString(undefined, options));
  made.dateTime = instant;
  return made;
};

const say = (text) => { find('said').textContent = text; };

/** Shows a problem document where it happened, with buttons for what can be done about it. */
const showProblem = (place, problem, ways = {}) => {
  // The same problem again is no news, and a screen reader would say it again.
  const shown = problem.title + (problem.detail || '');
  if (!place.hidden && place.dataset.shown === shown) {
    return;
  }
  place.dataset.shown = shown;
  place.replaceChildren(element('strong', problem.title), element('span', problem.detail || ''));
  for (const [name, way] of Object.entries(ways)) {
    const button = element('button', name);
    button.type = 'button';
    button.addEventListener('click', way);
    place.append(button);
  }
  place.hidden = false;
};

const hideProblem = (place) => { place.hidden = true; };

/** Calls the API; what goes wrong is thrown as a problem document (RFC 9457). */
const call = async (method, path, body, headers = {}) => {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? headers : {...headers, 'Content-Type': 'application/json'},
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw {title: 'todo-client does not answer', detail: 'It was stopped, or the network is down. Start it and try again.'};
  }
  if (!response.ok) {
    throw await response.json().catch(() => ({title: `Error ${response.status}`, status: response.status}));
  }
  return response;
};

// --- Todos ----------------------------------------------------------------------------------------------------------

let next = null;
let failed = null;

const stateOf = (todo) => `“${todo.title}”, ${todo.completed ? 'done' : 'to be done'}`;

/** A row of the list. The ETag is that of what it shows, or null where only a list brought it: lists carry none. */
const itemOf = (todo, etag = null) => {
  const item = find('todo').content.firstElementChild.cloneNode(true);
  const part = (selector) => item.querySelector(selector);
  const problem = part('.problem');
  const path = `api/todos/${todo.id}`;

  const show = (shown, shownEtag) => {
    todo = shown;
    etag = shownEtag;
    part('.text').textContent = todo.title;
    part('.done').checked = todo.completed;
    item.classList.toggle('completed', todo.completed);
    part('.rename').setAttribute('aria-label', `Rename ${todo.title}`);
    part('.delete').setAttribute('aria-label', `Delete ${todo.title}`);
    part('.new-title').setAttribute('aria-label', `New title of ${todo.title}`);
  };
  const read = async () => {
    const answer = await call('GET', path);
    return [await answer.json(), answer.headers.get('ETag')];
  };
  const put = async (content) => {
    const answer = await call('PUT', path, content, {'If-Match': etag});
    show(await answer.json(), answer.headers.get('ETag'));
  };
  const remove = () => {
    const neighbour = item.nextElementSibling || item.previousElementSibling;
    item.remove();
    showEmpty();
    (neighbour ? neighbour.querySelector('.delete') : find('title')).focus();
  };
  const edit = (on) => {
    part('.edit').hidden = !on;
    part('.rename').hidden = on;
    if (on) {
      part('.new-title').value = todo.title;
      part('.new-title').focus();
    } else {
      part('.rename').focus();
    }
  };

  const change = async (action) => {
    if (etag === null) {
      // The ETag may be that of a newer state than the one shown, which is what the change was meant for.
      const [now, itsEtag] = await read();
      if (JSON.stringify(now) !== JSON.stringify(todo)) {
        throw {status: 412};
      }
      etag = itsEtag;
    }
    await action();
  };
  const explain = async (failure, name, action) => {
    try {
      if (failure.status !== 412) {
        throw failure;
      }
      const [now, itsEtag] = await read();
      showProblem(problem, {title: 'Changed elsewhere meanwhile', detail: `It is now ${stateOf(now)}.`}, {
        'Keep that': () => {
          show(now, itsEtag);
          edit(false);
          hideProblem(problem);
        },
        [`${name} anyway`]: () => {
          show(now, itsEtag);
          part('.done').focus();
          attempt(name, action);
        },
      });
    } catch (other) {
      showProblem(problem, other.status === 404 ? {title: 'Deleted elsewhere meanwhile'} : other,
        other.status === 404 ? {'Take it off this list': remove} : {});
    }
  };
  // One after the other: each change builds on what the one before has left.
  let last = Promise.resolve();
  const attempt = (name, action) => {
    last = last.then(async () => {
      hideProblem(problem);
      try {
        await change(action);
      } catch (failure) {
        show(todo, etag);
        await explain(failure, name, action);
      }
    });
  };

  part('.done').addEventListener('change', (event) => {
    const completed = event.target.checked;
    attempt(completed ? 'Mark as done' : 'Mark as to be done', async () => {
      await put({title: todo.title, completed});
      say(`${todo.title} is ${todo.completed ? 'done' : 'to be done'}`);
    });
  });
  part('.rename').addEventListener('click', () => edit(true));
  part('.cancel').addEventListener('click', () => edit(false));
  part('.edit').addEventListener('keydown', (event) => { if (event.key === 'Escape') { edit(false); } });
  part('.edit').addEventListener('submit', (event) => {
    event.preventDefault();
    const title = part('.new-title').value;
    attempt('Rename', async () => {
      await put({title, completed: todo.completed});
      edit(false);
      say(`Renamed to ${todo.title}`);
    });
  });
  part('.delete').addEventListener('click', () => attempt('Delete', async () => {
    await call('DELETE', path, undefined, {'If-Match': etag});
    remove();
    say(`Deleted ${todo.title}`);
  }));
  show(todo, etag);
  return item;
};

const showEmpty = () => { find('empty').hidden = next !== null || find('list').children.length > 0; };

const showPage = async (path) => {
  hideProblem(find('list-problem'));
  failed = null;
  try {
    const answer = await call('GET', path);
    const link = /<([^>]*)>; rel="next"/.exec(answer.headers.get('Link') || '');
    find('list').append(...(await answer.json()).map((todo) => itemOf(todo)));
    next = link ? link[1] : null;
    find('more').hidden = next === null;
    showEmpty();
  } catch (failure) {
    failed = path;
    showProblem(find('list-problem'), failure);
  }
};

find('more').addEventListener('click', () => showPage(next));

find('add').addEventListener('submit', async (event) => {
  event.preventDefault();
  const problem = find('add-problem');
  hideProblem(problem);
  try {
    const answer = await call('POST', 'api/todos', {title: find('title').value});
    const todo = await answer.json();
    // While pages are missing, the new todo belongs to the last one and arrives with it.
    if (next === null) {
      find('list').append(itemOf(todo, answer.headers.get('ETag')));
    }
    find('title').value = '';
    showEmpty();
    say(`Added ${todo.title}`);
  } catch (failure) {
    showProblem(problem, failure);
  }
});

// --- Who talks to whom ----------------------------------------------------------------------------------------------

const rows = (list, entries) => list.replaceChildren(...entries.flatMap(([term, value]) => {
  const description = document.createElement('dd');
  description.append(value);
  return [element('dt', term), description];
}));

/** Draws again only what has changed: someone may be reading or selecting it. */
const draw = (place, state, drawing) => {
  const drawn = JSON.stringify(state ?? null);
  if (place.dataset.drawn !== drawn) {
    place.dataset.drawn = drawn;
    drawing();
  }
};

const validity = (certificate) => {
  const from = Date.parse(certificate.notBefore);
  const until = Date.parse(certificate.notAfter);
  const left = until - Date.now();
  const both = document.createElement('div');
  const bar = document.createElement('progress');
  bar.max = until - from;
  bar.value = Math.max(0, left);
  // The last third, in which `certs renew` replaces it.
  bar.classList.toggle('soon', left < (until - from) / 3);
  bar.setAttribute('aria-label', 'Validity that is left');
  const rest = left < 0 ? 'expired' : left < day ? `${Math.ceil(left / minute)} minutes left` : `${Math.floor(left / day)} days left`;
  const line = document.createElement('div');
  line.append(time(certificate.notAfter, {dateStyle: 'medium', timeStyle: 'short'}), `, ${rest}`);
  both.append(line, bar);
  return both;
};

const copy = async (shown) => {
  try {
    await navigator.clipboard.writeText(shown.textContent);
    return true;
  } catch {
    // Not permitted, or the page was not opened as localhost or over https: then as Ctrl-C does it.
    getSelection().selectAllChildren(shown);
    return document.execCommand('copy');
  }
};

/** A value with a button that copies it. */
const copyable = (name, value) => {
  const both = document.createElement('span');
  const shown = element('span', value);
  const button = element('button', 'Copy');
  button.type = 'button';
  button.className = 'copy';
  button.setAttribute('aria-label', `Copy the ${name}`);
  button.addEventListener('click', async () => {
    const copied = await copy(shown);
    say(copied ? `Copied the ${name}` : `The ${name} is selected. Press Ctrl+C to copy it.`);
    button.textContent = copied ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  both.append(shown, ' ', button);
  return both;
};

// The time that is left changes by the minute.
const showCertificate = (card, owner, certificate) => draw(card, [certificate, Math.floor(Date.now() / minute)], () => {
  rows(card.querySelector('dl'), certificate ? [
    ['subject', copyable(`subject of ${owner}`, certificate.subject)],
    ...(certificate.hosts.length ? [['hosts (SAN)', certificate.hosts.join(', ')]] : []),
    ['issuer', certificate.issuer],
    ['serial', copyable(`serial number of ${owner}`, certificate.serialNumber)],
    ['valid until', validity(certificate)],
  ] : [['certificate', 'not seen yet']]);
});

const showHandshake = (handshake, connected) => draw(find('handshake'), [handshake, connected], () => {
  const shown = find('handshake').firstElementChild;
  find('handshake').classList.toggle('broken', !connected);
  if (!handshake) {
    shown.replaceChildren('no handshake yet');
    return;
  }
  shown.replaceChildren(
    connected ? element('strong', `${handshake.protocol} · ${handshake.cipherSuite}`) : element('strong', 'not connected'),
    `${connected ? '' : 'last '}${handshake.resumed ? 'resumed' : 'full'} handshake at `,
    time(handshake.at, {timeStyle: 'medium'}));
});

const showSession = (session) => draw(find('session'), session, () => {
  find('session').hidden = !session;
  if (session) {
    rows(find('session').querySelector('dl'), [
      ['says', `“${session.greeting}”`],
      ['we are', session.name],
      ['we may', session.roles.join(' and ')],
    ]);
  }
});

const showRotation = (rotation) => draw(find('rotation'), rotation, () => {
  find('rotation').replaceChildren('Last rotation: our certificate is in use since ',
    time(rotation.loadedAt, {dateStyle: 'medium', timeStyle: 'medium'}), '.',
    rotation.refusal ? ` The files that are there now are not used: ${rotation.refusal}` : '');
});

const showTls = async () => {
  const problem = find('tls-problem');
  try {
    const tls = await (await call('GET', 'api/tls')).json();
    showCertificate(find('client'), 'todo-client', tls.client);
    showCertificate(find('server'), 'todo-service', tls.server);
    // What the service itself refuses, it says over a connection.
    showHandshake(tls.handshake, !tls.problem || tls.problem.status === 403);
    showSession(tls.session);
    showRotation(tls.rotation);
    if (tls.problem) {
      showProblem(problem, tls.problem);
    } else {
      hideProblem(problem);
      if (failed !== null) {
        showPage(failed);
      }
    }
  } catch (failure) {
    showProblem(problem, failure);
  }
};

// A rotation is to be seen without loading the page again.
const watchTls = async () => {
  if (!document.hidden) {
    await showTls();
  }
  setTimeout(watchTls, 3000);
};

showPage('api/todos?limit=20');
watchTls();
