'use strict';

const find = (id) => document.getElementById(id);
const day = 24 * 60 * 60 * 1000;

// Text that comes from elsewhere is only ever shown as text, never as HTML.
const element = (name, text) => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
};

const say = (text) => { find('said').textContent = text; };

const showProblem = (place, problem) => {
  // The same problem again is no news, and a screen reader would say it again.
  if (!place.hidden && place.textContent === problem.title + (problem.detail || '')) {
    return;
  }
  place.replaceChildren(element('strong', problem.title), element('span', problem.detail || ''));
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
    throw await response.json().catch(() => ({title: `Error ${response.status}`}));
  }
  return response;
};

// --- Todos ----------------------------------------------------------------------------------------------------------

let next = null;
let failed = null;

const itemOf = (todo) => {
  const item = find('todo').content.firstElementChild.cloneNode(true);
  const part = (selector) => item.querySelector(selector);
  const problem = part('.problem');
  const path = `api/todos/${todo.id}`;

  const show = (shown) => {
    todo = shown;
    part('.text').textContent = todo.title;
    part('.done').checked = todo.completed;
    item.classList.toggle('completed', todo.completed);
    part('.rename').setAttribute('aria-label', `Rename ${todo.title}`);
    part('.delete').setAttribute('aria-label', `Delete ${todo.title}`);
    part('.new-title').setAttribute('aria-label', `New title of ${todo.title}`);
  };
  const attempt = async (action) => {
    hideProblem(problem);
    try {
      await action();
    } catch (failure) {
      show(todo);
      showProblem(problem, failure);
    }
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

  part('.done').addEventListener('change', (event) => attempt(async () => {
    const answer = await call('PUT', path, {title: todo.title, completed: event.target.checked});
    show(await answer.json());
    say(`${todo.title} is ${todo.completed ? 'done' : 'to be done'}`);
  }));
  part('.rename').addEventListener('click', () => edit(true));
  part('.cancel').addEventListener('click', () => edit(false));
  part('.edit').addEventListener('keydown', (event) => { if (event.key === 'Escape') { edit(false); } });
  part('.edit').addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(async () => {
      const answer = await call('PUT', path, {title: part('.new-title').value, completed: todo.completed});
      show(await answer.json());
      edit(false);
      say(`Renamed to ${todo.title}`);
    });
  });
  part('.delete').addEventListener('click', () => attempt(async () => {
    await call('DELETE', path);
    const neighbour = item.nextElementSibling || item.previousElementSibling;
    item.remove();
    showEmpty();
    say(`Deleted ${todo.title}`);
    (neighbour ? neighbour.querySelector('.delete') : find('title')).focus();
  }));
  show(todo);
  return item;
};

const showEmpty = () => { find('empty').hidden = next !== null || find('list').children.length > 0; };

const showPage = async (path) => {
  hideProblem(find('list-problem'));
  failed = null;
  try {
    const answer = await call('GET', path);
    const link = /<([^>]*)>; rel="next"/.exec(answer.headers.get('Link') || '');
    find('list').append(...(await answer.json()).map(itemOf));
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
      find('list').append(itemOf(todo));
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

const validity = (certificate) => {
  const from = Date.parse(certificate.notBefore);
  const until = Date.parse(certificate.notAfter);
  const left = until - Date.now();
  const both = document.createElement('div');
  const bar = document.createElement('progress');
  bar.max = until - from;
  bar.value = Math.max(0, left);
  bar.setAttribute('aria-label', 'Validity that is left');
  const rest = left < 0 ? 'expired' : left < day ? `${Math.ceil(left / 60000)} minutes left` : `${Math.floor(left / day)} days left`;
  both.append(element('div', `${new Date(until).toLocaleString()}, ${rest}`), bar);
  return both;
};

const showCertificate = (card, certificate) => {
  // What has not changed is left alone: someone may be reading it. The time that is left changes by the minute.
  const shown = `${certificate && certificate.sha256} ${Math.floor(Date.now() / 60000)}`;
  if (card.dataset.shown === shown) {
    return;
  }
  card.dataset.shown = shown;
  if (!certificate) {
    rows(card.querySelector('dl'), [['certificate', 'not seen yet']]);
    return;
  }
  rows(card.querySelector('dl'), [
    ['subject', certificate.subject],
    ...(certificate.hosts.length ? [['hosts (SAN)', certificate.hosts.join(', ')]] : []),
    ['issuer', certificate.issuer],
    ['serial', certificate.serialNumber],
    ['valid until', validity(certificate)],
  ]);
};

const showTls = async () => {
  const problem = find('tls-problem');
  try {
    const tls = await (await call('GET', 'api/tls')).json();
    showCertificate(find('client'), tls.client);
    showCertificate(find('server'), tls.server);
    const handshake = tls.handshake;
    find('handshake').textContent = handshake
      ? `⇅ ${handshake.protocol} · ${handshake.cipherSuite} · ${handshake.resumed ? 'resumed' : 'full'} handshake at ${new Date(handshake.at).toLocaleTimeString()}`
      : '⇅ no handshake yet';
    find('session').textContent = tls.session
      ? `The service says: “${tls.session.greeting}” It knows us as ${tls.session.name}, and we may ${tls.session.roles.join(' and ')}.`
      : '';
    find('rotation').textContent = `Our certificate is in use since ${new Date(tls.rotation.loadedAt).toLocaleString()}.`
      + (tls.rotation.refusal ? ` The files that are there now are not used: ${tls.rotation.refusal}` : '');
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
