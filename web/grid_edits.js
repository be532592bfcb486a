// What a person has changed and not yet saved: by row and field, with steps that can be undone. Knows nothing of the grid component.

export class Edits {
  constructor() {
    this.clear();
  }

  clear() {
    this.before = new Map(); // row id → field → text before the first change
    this.added = new Map(); // row id → row
    this.withdrawn = new Set();
    this.done = [];
    this.undone = [];
    this.faults = new Map(); // "id field" → sentence
  }

  get count() {
    let cells = 0;
    for (const [id, fields] of this.before) if (!this.added.has(id)) cells += fields.size;
    return cells + this.added.size + this.withdrawn.size;
  }

  get needsReason() {
    return this.withdrawn.size > 0 || [...this.before.keys()].some((id) => !this.added.has(id));
  }

  // Note that a cell has another value now; `from` is its value before.
  note(id, field, from, to) {
    this.faults.delete(`${id} ${field}`);
    if (this.added.has(id)) return;
    const fields = this.before.get(id) || new Map();
    if (!fields.has(field)) fields.set(field, from);
    if (fields.get(field) === to) fields.delete(field);
    if (fields.size) this.before.set(id, fields);
    else this.before.delete(id);
  }

  step(step) {
    this.done.push(step);
    this.undone = [];
  }

  changed(id, field) {
    return this.added.has(id) || Boolean(this.before.get(id)?.has(field));
  }

  state(id) {
    if (this.withdrawn.has(id)) return 'withdrawn';
    if (this.added.has(id)) return 'new';
    return this.before.has(id) ? 'changed' : '';
  }

  // What is sent, and the row id behind each edit: the server tells places by number.
  batch(rows, columns) {
    const edits = [];
    const ids = [];
    for (const row of rows) {
      const state = this.state(row._id);
      if (!state) continue;
      const names = state === 'new' ? columns.map((c) => c.name) : [...(this.before.get(row._id)?.keys() || [])];
      const values = {};
      if (state !== 'withdrawn') for (const name of names) if (state !== 'new' || row[name]) values[name] = row[name] ?? '';
      if (state === 'new' && !Object.keys(values).length) continue;
      edits.push(state === 'new' ? { values } : { ref: row._ref, base: row._seq, values, withdraw: state === 'withdrawn' });
      ids.push(row._id);
    }
    return { edits, ids };
  }
}

// Text as a spreadsheet puts it on the clipboard: cells parted by tabs, in quotes where they hold breaks.
export function table(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  for (let i = 0; i < source.length; i += 1) {
    const c = source[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"' && cell === '' && /^"(?:[^"]|"")*"(?:\t|\n|$)/.test(source.slice(i, i + 10000))) quoted = true;
    else if (c === '\t' || c === '\n') {
      rows[rows.length - 1].push(cell.trim());
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  rows[rows.length - 1].push(cell.trim());
  return rows;
}
