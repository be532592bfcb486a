// Filters in the heads of the columns. What they ask stands in the page's address, where the server, the exports and whoever is given it read it.

const make = (tag, attributes = {}, text = '') => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
};

export const asked = () => new URLSearchParams(window.location.search);

const filled = (query) => new URLSearchParams([...query].filter(([, value]) => value));

// Write the address without going there; empty parts are left out.
function remember(query) {
  const text = filled(query).toString();
  const address = window.location.pathname + (text ? `?${text}` : '');
  if (address !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, '', address);
}

export class Filters {
  constructor(config, acts) {
    this.config = config;
    this.acts = acts; // may: whether another question may be asked now; changed: ask it
    this.inputs = new Map(); // "name.word" → input
  }

  // The filters of a column, as Tabulator asks for them; nothing where a column has none.
  of(column) {
    if (!column.filter) return {};
    return { headerFilter: () => this.box(column), headerFilterLiveFilter: false };
  }

  box(column) {
    const { words } = this.config;
    const box = make('div', { class: 'head-filter' });
    if (column.filter === 'choice') box.append(this.choose(column));
    else if (column.filter === 'span') box.append(this.input(column, 'from', words.from), this.input(column, 'to', words.to));
    else box.append(this.input(column, column.filter === 'text' ? 'contains' : 'is', words[column.filter === 'text' ? 'contains' : 'is']));
    for (const kind of ['mousedown', 'click', 'dblclick', 'keydown', 'paste']) box.addEventListener(kind, (event) => event.stopPropagation());
    return box;
  }

  input(column, word, title) {
    const input = make('input', { placeholder: title, 'aria-label': `${column.title} ${title}`, autocomplete: 'off', enterkeyhint: 'search' });
    let waiting = 0;
    const ask = () => {
      window.clearTimeout(waiting);
      this.ask(column.name, word, input.value.trim());
    };
    const soon = () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, 500);
    };
    input.addEventListener('input', (event) => { if (!event.isComposing) soon(); });
    input.addEventListener('compositionend', soon);
    input.addEventListener('change', ask);
    input.addEventListener('keydown', (event) => { if (event.key === 'Enter' && !event.isComposing && event.keyCode !== 229) ask(); });
    return this.known(column.name, word, input);
  }

  choose(column) {
    const { words } = this.config;
    const select = make('select', { 'aria-label': `${column.title} ${words.is}` });
    select.append(make('option', { value: '' }, words.any));
    for (const choice of column.choices) select.append(make('option', { value: choice }, choice));
    select.addEventListener('change', () => this.ask(column.name, 'is', select.value));
    return this.known(column.name, 'is', select);
  }

  known(name, word, input) {
    this.inputs.set(`${name}.${word}`, input);
    this.show(input, name, word);
    return input;
  }

  show(input, name, word) {
    const values = [...asked().getAll(`f.${name}.${word}`), ...(word === 'is' ? asked().getAll(`f.${name}`) : [])];
    const [value = ''] = values.length > 1 ? [] : values;
    if (input.tagName === 'SELECT' && value && ![...input.options].some((option) => option.value === value)) input.append(make('option', { value }, value));
    input.value = value;
  }

  ask(name, word, value) {
    const query = asked();
    const before = query.get(`f.${name}.${word}`) ?? '';
    if (before === value) return;
    if (!this.acts.may()) {
      this.show(this.inputs.get(`${name}.${word}`), name, word);
      return;
    }
    if (word === 'is') query.delete(`f.${name}`);
    query.delete(`f.${name}.${word}`);
    if (value) query.append(`f.${name}.${word}`, value);
    query.delete('page');
    remember(query);
    this.acts.changed();
  }

  // The page's address with the page, size and sort that the grid asks for; what is as usual is empty.
  query(params) {
    const query = asked();
    query.set('page', params.page > 1 ? params.page : '');
    query.set('size', params.size === this.config.sizes[1] ? '' : params.size);
    const [by] = params.sort || [];
    query.set('sort', by ? by.field : '');
    query.set('down', by?.dir === 'desc' ? '1' : '');
    return query;
  }

  // Fetch a page of rows; a question that the server refuses gives none.
  async rows(url, params) {
    const query = this.query(params);
    query.set('size', params.size);
    const answer = await fetch(`${url}?${query}`, { headers: { Accept: 'application/json' } });
    if (answer.ok) return answer.json();
    const told = (answer.headers.get('Content-Type') || '').includes('json') ? await answer.json() : {};
    return { last_page: 1, total: 0, data: [], conditions: told.conditions, refused: { faults: [], message: String(answer.status), ...told } };
  }

  // Take over what an answer tells; return what was wrong with the question.
  answered(params, { conditions, refused }) {
    remember(this.query(params));
    const faults = refused?.faults || [];
    for (const input of this.inputs.values()) input.removeAttribute('aria-invalid');
    for (const fault of faults) {
      for (const word of ['contains', 'is', 'from', 'to']) {
        const input = this.inputs.get(`${fault.field}.${word}`);
        if (input?.value) input.setAttribute('aria-invalid', 'true');
      }
    }
    if (conditions) this.chips(conditions);
    this.follow();
    return faults.map((fault) => `${fault.title ? `“${fault.title}” ` : ''}${fault.message} ${fault.accepted || ''}`).join(' ') || refused?.message || '';
  }

  chips(conditions) {
    const list = document.getElementById('conditions');
    if (!list) return;
    list.replaceChildren(...conditions.map((one) => {
      const item = make('li', {}, `${one.text} `);
      item.append(make('a', { href: `?${this.usual(one.without)}`, 'aria-label': `${this.config.words.without} ${one.text}` }, '×'));
      return item;
    }));
    list.hidden = !conditions.length;
  }

  // The query of an address without the size that the grid asks for of itself.
  usual(text) {
    const query = filled(new URLSearchParams(text));
    if (query.get('size') === String(this.config.sizes[1])) query.delete('size');
    return query;
  }

  // What else on the page speaks of the same rows: exports, the filter form, the way back after a form.
  follow() {
    const query = asked();
    for (const link of document.querySelectorAll('a[data-asked]')) {
      const form = new URLSearchParams(link.search).get('form');
      const wanted = new URLSearchParams(query);
      wanted.set('form', form);
      link.search = wanted;
    }
    for (const back of document.querySelectorAll('input[name=back]')) back.value = window.location.pathname + window.location.search;
    const form = document.getElementById('filters');
    for (const hidden of form.querySelectorAll('input[type=hidden]')) hidden.remove();
    for (const [name, value] of query) {
      if (name.startsWith('f.') || ['sort', 'down', 'size'].includes(name)) form.append(make('input', { type: 'hidden', name, value }));
    }
    const clear = document.getElementById('clear-filters');
    if (clear) clear.hidden = ![...query.keys()].some((name) => name.startsWith('f.') || name === 'q' || name === 'place');
  }
}
