// What stands around the grid: buttons, the reason, what was said, and the list of faults, in the page's own words.

const make = (tag, attributes = {}, text = '') => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
};

export class Panel {
  constructor(root, config, acts) {
    this.config = config;
    this.acts = acts;
    const { words } = config;
    this.above = make('div', { class: 'grid-bar no-print' });
    this.count = make('p', { class: 'count' });
    this.above.append(this.count);
    this.saveButton = make('button', { class: 'button primary', type: 'button' });
    if (config.write) {
      const buttons = make('div', { class: 'buttons' });
      const add = make('button', { class: 'button', type: 'button' }, words.add);
      const withdraw = make('button', { class: 'button danger', type: 'button' }, words.withdraw);
      this.discardButton = make('button', { class: 'button', type: 'button' }, words.discard);
      this.reasonBox = make('div', { class: 'reason' });
      this.reasonInput = make('input', { id: 'grid-reason', maxlength: '200', autocomplete: 'off' });
      this.reasonBox.append(make('label', { for: 'grid-reason' }, words.reason), this.reasonInput);
      add.addEventListener('click', () => acts.add());
      withdraw.addEventListener('click', () => acts.withdraw());
      this.discardButton.addEventListener('click', () => acts.discard());
      this.saveButton.addEventListener('click', () => acts.save());
      this.reasonInput.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && !event.isComposing && event.keyCode !== 229) acts.save();
      });
      buttons.append(add, withdraw, this.reasonBox, this.discardButton, this.saveButton);
      this.above.append(buttons);
    }
    this.status = make('p', { role: 'status', class: 'grid-status' });
    this.below = make('div', { class: 'grid-faults', role: 'alert', id: 'grid-faults' });
    this.lists = make('div', { hidden: '' });
    root.append(this.above, this.status, this.below, this.lists);
    if (config.write) root.append(make('p', { class: 'help no-print' }, words.help));
    this.edits(null);
  }

  words(name, values = {}) {
    return this.config.words[name].replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? '');
  }

  choices(name, values) {
    const list = make('datalist', { id: `choices-${name}` });
    for (const value of values) list.append(make('option', { value }));
    this.lists.append(list);
    return list.id;
  }

  // What stands before a row: the way to its page, and what became of it.
  rowHead(row, edits) {
    const box = make('span');
    if (row._ref) box.append(make('a', { href: this.config.entry.replace('__ref__', encodeURIComponent(row._ref)) }, this.config.words.open));
    const state = edits.state(row._id) || (row._pending ? 'pending' : '');
    const kinds = { pending: 'warn', withdrawn: 'bad' };
    if (state) box.append(' ', make('span', { class: `tag ${kinds[state] || 'good'}` }, this.config.words[state]));
    return box;
  }

  total(number) {
    this.count.textContent = this.words('total', { n: number.toLocaleString('zh-CN') });
  }

  say(text, kind = '') {
    this.status.className = `grid-status${text ? ` message ${kind}` : ''}`;
    this.status.textContent = text;
  }

  signedOut() {
    this.say(this.config.words.signed_out, 'error');
    this.status.append(make('a', { href: this.config.sign_in, target: '_blank', rel: 'noopener' }, this.config.words.sign_in));
  }

  edits(edits) {
    if (!this.config.write) return;
    const count = edits ? edits.count : 0;
    this.saveButton.disabled = count === 0;
    this.saveButton.textContent = this.words(count ? 'save' : 'save_none', { n: count });
    this.discardButton.hidden = count === 0;
    this.reasonBox.hidden = !edits?.needsReason;
  }

  // The last thing above the grid that takes the focus.
  last() {
    return [...this.above.querySelectorAll('button:not([disabled]):not([hidden])')].pop() || document.querySelector('#filters button');
  }

  reason() {
    return this.reasonInput.value.trim();
  }

  askReason() {
    this.reasonBox.hidden = false;
    this.reasonInput.setAttribute('aria-invalid', 'true');
    this.reasonInput.focus();
    this.say(this.config.words.reason_missing, 'error');
  }

  busy(busy) {
    this.saveButton.disabled = busy;
    if (busy) this.say(this.config.words.saving);
  }

  clear() {
    this.below.replaceChildren();
    this.below.className = 'grid-faults';
    this.say('');
  }

  saved(told) {
    this.reasonInput.value = '';
    this.reasonInput.removeAttribute('aria-invalid');
    const name = told.submission ? (told.pending ? 'submitted' : 'saved') : 'nothing';
    this.say(this.words(name, { n: told.count, number: told.submission }), 'success');
  }

  place(id, field, text) {
    const button = make('button', { class: 'plain', type: 'button' }, text);
    button.addEventListener('click', () => this.acts.go(id, field));
    return button;
  }

  faults(message, faults) {
    this.say('');
    const errors = faults.filter((fault) => fault.severity === 'error');
    const list = make('ul', { class: 'faults' });
    for (const fault of faults.slice(0, 200)) {
      const item = make('li');
      item.append(this.place(fault.id, fault.field, `${this.words('row', { n: fault.line })} ${fault.title || ''}`), ` ${fault.value ? `“${fault.value}” ` : ''}${fault.message} `);
      if (fault.accepted) item.append(make('span', { class: 'accepted' }, fault.accepted));
      list.append(item);
    }
    this.below.className = `grid-faults message ${errors.length ? 'error' : 'warning'}`;
    this.below.replaceChildren(make('p', {}, this.words(errors.length ? 'faults' : 'warnings', { n: faults.length })), list);
    if (!errors.length) {
      const confirm = make('button', { class: 'button', type: 'button' }, this.config.words.confirm);
      confirm.addEventListener('click', () => this.acts.save([...new Set(faults.map((fault) => fault.code))]));
      this.below.append(confirm);
    }
  }

  conflicts(conflicts) {
    this.say('');
    const list = make('ul', { class: 'faults' });
    for (const conflict of conflicts) {
      const item = make('li');
      const shown = (value) => value || this.config.words.empty;
      item.append(this.place(conflict.id, conflict.field, `${this.words('row', { n: conflict.row })} ${conflict.title}`), ' ');
      const mine = conflict.field ? this.words('mine', { value: shown(conflict.yours) }) : this.config.words.entry_mine;
      const theirs = conflict.field ? this.words('theirs', { value: shown(conflict.theirs), person: conflict.person }) : this.config.words.entry_theirs;
      for (const [text, own] of [[mine, true], [theirs, false]]) {
        const button = make('button', { class: 'button', type: 'button' }, text);
        button.addEventListener('click', () => {
          this.acts.choose(conflict, own);
          item.remove();
          if (!list.children.length) this.clear();
        });
        item.append(button, ' ');
      }
      list.append(item);
    }
    this.below.className = 'grid-faults message warning';
    this.below.replaceChildren(make('p', {}, this.words('conflicts', { n: conflicts.length })), list);
  }
}
