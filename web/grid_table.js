// The adapter between a ledger's page and Tabulator: remote rows, editing, pasting, undo, saving, and telling what is wrong.
import {
  AjaxModule, ClipboardModule, EditModule, ExportModule, FilterModule, FormatModule, FrozenColumnsModule, InteractionModule, KeybindingsModule, PageModule,
  ReactiveDataModule, ResizeColumnsModule, ResizeTableModule, SelectRangeModule, SortModule, TooltipModule, Tabulator,
} from 'tabulator-tables';
import { Edits, table as cellsOf } from './grid_edits.js';
import { asked, Filters } from './grid_filters.js';
import { commands, guardComposition, leaveByTab, typeToEdit } from './grid_keys.js';
import { Panel } from './grid_panel.js';
import { printable } from './grid_print.js';
import { send } from './grid_sending.js';

Tabulator.registerModule([
  AjaxModule, ClipboardModule, EditModule, ExportModule, FilterModule, FormatModule, FrozenColumnsModule, InteractionModule, KeybindingsModule, PageModule,
  ReactiveDataModule, ResizeColumnsModule, ResizeTableModule, SelectRangeModule, SortModule, TooltipModule,
]);
const FEW = 60; // changes up to here go to single rows, more of them to the whole table at once

export function start(root, config) {
  return new Grid(root, config);
}

// The next Tab begins at the top of the page.
function toTheBeginning() {
  document.body.tabIndex = -1;
  document.body.focus({ preventScroll: true });
  document.body.blur();
  document.body.removeAttribute('tabindex');
}

class Grid {
  constructor(root, config) {
    this.config = config;
    this.edits = new Edits();
    this.fresh = 0;
    root.replaceChildren();
    this.panel = new Panel(root, config, {
      save: (confirm) => this.save(confirm),
      discard: () => this.discard(),
      add: () => this.addRow(),
      withdraw: () => this.withdraw(),
      go: (id, field) => this.go(id, field),
      choose: (conflict, mine) => this.choose(conflict, mine),
    });
    this.filters = new Filters(config, { may: () => this.mayLoad(), changed: () => this.table.setPage(1) });
    this.element = document.createElement('div');
    this.element.className = 'grid';
    root.insertBefore(this.element, this.panel.below);
    guardComposition(this.element);
    typeToEdit(this.element, () => this.chosen());
    leaveByTab(this.element, () => this.panel.last());
    commands(this.element, {
      save: () => this.save(),
      undo: () => this.undo(),
      redo: () => this.redo(),
      empty: () => this.empty(),
      paste: (text) => this.paste(text),
    });
    this.element.addEventListener('focusin', ({ relatedTarget: from }) => {
      if (this.arriving && from && (!this.element.contains(from) || from.closest('.head-filter'))) from.focus({ preventScroll: true });
    });
    this.make();
    printable(this.element, config.columns, () => this.rowData());
    window.addEventListener('beforeunload', (event) => {
      if (this.edits.count) event.preventDefault();
    });
  }

  make() {
    this.top = window.scrollY;
    const query = asked();
    const { words } = this.config;
    const sort = query.get('sort');
    const sortable = sort && this.config.columns.some((c) => c.name === sort && c.sortable);
    this.table = new Tabulator(this.element, {
      index: '_id',
      height: '68vh',
      columns: this.config.columns.map((column) => this.column(column)),
      rowHeader: {
        field: '_open', title: '', width: 96, frozen: true, headerSort: false, resizable: false, cssClass: 'row-header',
        formatter: (cell) => this.panel.rowHead(cell.getRow().getData(), this.edits),
      },
      layout: 'fitData',
      columnDefaults: { minWidth: 64, maxInitialWidth: 260, headerTooltip: true },
      ajaxURL: this.config.rows,
      ajaxRequesting: () => this.mayLoad(),
      ajaxRequestFunc: (url, _config, params) => this.filters.rows(url, params),
      ajaxResponse: (_url, params, answer) => this.arrived(params, answer),
      dataLoaderLoading: words.loading,
      dataLoaderError: words.offline,
      placeholder: words.none,
      pagination: true, paginationMode: 'remote', paginationSize: Number(query.get('size')) || this.config.sizes[1],
      paginationInitialPage: Number(query.get('page')) || 1,
      paginationSizeSelector: this.config.sizes, paginationCounter: 'rows',
      sortMode: 'remote', headerSortClickElement: 'icon',
      initialSort: sortable ? [{ column: sort, dir: query.get('down') === '1' ? 'desc' : 'asc' }] : [],
      selectableRange: 1, selectableRangeColumns: true, selectableRangeRows: true, selectableRangeClearCells: false,
      editTriggerEvent: 'dblclick',
      clipboard: 'copy', clipboardCopyStyled: false, clipboardCopyConfig: { rowHeaders: false, columnHeaders: false }, clipboardCopyRowRange: 'range',
      locale: 'zh', langs: { zh: { pagination: words.pagination, data: { loading: words.loading, error: words.offline } } },
    });
    this.table.on('cellEdited', (cell) => this.edited(cell));
    // With new rows the first cell is chosen and takes the focus: from the page's beginning, from where somebody was meanwhile, from a filter in which somebody is typing.
    this.table.on('dataProcessed', () => {
      window.setTimeout(() => {
        this.arriving = false;
        if (this.element.dataset.ready) return;
        this.element.dataset.ready = '1';
        if (this.element.contains(document.activeElement)) toTheBeginning();
        window.scrollTo(0, this.top);
      }, 0);
    });
  }

  column(column) {
    const list = column.choices.length ? { list: this.panel.choices(column.name, column.choices) } : {};
    return {
      title: column.title + (column.unit && `（${column.unit}）`) + (column.required ? ' *' : ''), field: column.name, hozAlign: column.number ? 'right' : 'left', headerSort: column.sortable,
      headerTooltip: column.help, formatter: (cell) => this.shown(cell), editor: this.config.write ? 'input' : false,
      editorParams: { selectContents: false, elementAttributes: { autocomplete: 'off', 'aria-label': column.title, ...list } },
      editable: (cell) => this.mayEdit(cell.getRow().getData(), column) === true, ...this.filters.of(column),
    };
  }

  shown(cell) {
    const element = cell.getElement();
    const id = cell.getRow().getData()._id;
    const field = cell.getField();
    const fault = this.edits.faults.get(`${id} ${field}`);
    element.classList.toggle('changed', this.edits.changed(id, field));
    element.classList.toggle('faulty', Boolean(fault));
    if (fault) {
      element.setAttribute('aria-invalid', 'true');
      element.title = fault;
    } else {
      element.removeAttribute('aria-invalid');
      element.title = cell.getValue() ?? '';
    }
    return document.createTextNode(cell.getValue() ?? '');
  }

  arrived(params, answer) {
    this.page = params.page;
    this.arriving = true;
    const refused = this.filters.answered(params, answer);
    this.panel.say(refused, refused ? 'error' : '');
    this.panel.total(answer.total);
    answer.last_row = answer.total;
    for (const row of answer.data) row._id = row._ref;
    return answer;
  }

  mayLoad() {
    if (!this.edits.count) return true;
    this.panel.say(this.config.words.unsaved, 'warning');
    return false;
  }

  // True, or the word that tells why not.
  mayEdit(row, column) {
    if (!this.config.write || this.edits.withdrawn.has(row._id)) return '';
    if (row._pending) return 'waiting';
    return column.key && row._ref ? 'key_locked' : true;
  }

  columnOf(field) {
    return this.config.columns.find((column) => column.name === field);
  }

  cells() {
    return this.table.getRanges().flatMap((range) => range.getCells().flat()).filter((cell) => this.columnOf(cell.getField()));
  }

  chosen() {
    const cell = this.cells()[0];
    if (!cell) return null;
    const may = this.mayEdit(cell.getRow().getData(), this.columnOf(cell.getField()));
    if (may && may !== true) this.panel.say(this.config.words[may], 'warning');
    return may === true ? cell : null;
  }

  rowData() {
    return this.table.getRows().map((row) => row.getData());
  }

  edited(cell) {
    const id = cell.getRow().getData()._id;
    const change = { id, field: cell.getField(), from: cell.getOldValue() ?? '', to: cell.getValue() ?? '' };
    if (change.from === change.to) return;
    this.edits.note(id, change.field, change.from, change.to);
    this.edits.step({ changes: [change], added: [] });
    cell.getRow().reformat();
    this.refresh();
  }

  // Set many cells and add rows: one step that is undone as one.
  apply(changes, added = [], record = true) {
    for (const row of added) this.edits.added.set(row._id, row);
    for (const { id, field, from, to } of changes) this.edits.note(id, field, from, to);
    if (record && (changes.length || added.length)) this.edits.step({ changes, added });
    const byRow = new Map();
    for (const { id, field, to } of changes) byRow.set(id, { ...byRow.get(id), [field]: to });
    if (byRow.size + added.length <= FEW && !added.length) {
      for (const [id, values] of byRow) {
        const row = this.table.getRow(id);
        if (row) row.update(values).then(() => row.reformat());
      }
      this.refresh();
      return Promise.resolve();
    }
    const kept = this.rowData().map((row) => (byRow.has(row._id) ? { ...row, ...byRow.get(row._id) } : row));
    return this.replace([...kept, ...added]);
  }

  replace(rows) {
    return this.table.replaceData(rows).then(() => this.refresh());
  }

  refresh() {
    this.panel.edits(this.edits);
  }

  undo() {
    const step = this.edits.done.pop();
    if (!step) return;
    this.edits.undone.push(step);
    const back = step.changes.map(({ id, field, from, to }) => ({ id, field, from: to, to: from }));
    const gone = new Set(step.added.map((row) => row._id));
    for (const id of gone) this.edits.added.delete(id);
    const finish = gone.size ? this.replace(this.rowData().filter((row) => !gone.has(row._id))) : Promise.resolve();
    finish.then(() => this.apply(back, [], false)).then(() => this.panel.say(this.config.words.undone));
  }

  redo() {
    const step = this.edits.undone.pop();
    if (!step) return;
    this.edits.done.push(step);
    this.apply(step.changes, step.added, false).then(() => this.panel.say(this.config.words.redone));
  }

  empty() {
    const changes = [];
    for (const cell of this.cells()) {
      const row = cell.getRow().getData();
      const field = cell.getField();
      if (row[field] && this.mayEdit(row, this.columnOf(field)) === true) changes.push({ id: row._id, field, from: row[field], to: '' });
    }
    this.apply(changes);
  }

  newRow(values = {}) {
    this.fresh += 1;
    return { _id: `new-${this.fresh}`, _ref: '', _seq: 0, _pending: 0, ...values };
  }

  addRow() {
    const row = this.newRow();
    this.edits.added.set(row._id, row);
    this.edits.step({ changes: [], added: [row] });
    this.table.addRow(row, true).then(() => {
      this.refresh();
      this.go(row._id, this.config.columns[0].name);
    });
  }

  // Paste at the chosen cell. What reaches beyond the last row becomes new rows; what may not be changed stays.
  paste(text) {
    const [first] = this.cells();
    if (!first || !this.config.write) return;
    let block = cellsOf(text);
    const names = this.config.columns.map((column) => column.name);
    const at = names.indexOf(first.getField());
    const rows = this.rowData();
    const from = rows.findIndex((row) => row._id === first.getRow().getData()._id);
    const chosen = this.cells();
    if (block.length === 1 && block[0].length === 1 && chosen.length > 1) {
      const height = new Set(chosen.map((cell) => cell.getRow().getData()._id)).size;
      block = Array.from({ length: height }, () => Array(chosen.length / height).fill(block[0][0]));
    }
    const changes = [];
    const added = [];
    let skipped = 0;
    block.forEach((cells, index) => {
      const row = rows[from + index];
      if (!row) {
        added.push(this.newRow(Object.fromEntries(cells.slice(0, names.length - at).map((value, j) => [names[at + j], value]))));
        return;
      }
      cells.slice(0, names.length - at).forEach((value, j) => {
        const field = names[at + j];
        if ((row[field] ?? '') === value) return;
        if (this.mayEdit(row, this.columnOf(field)) === true) changes.push({ id: row._id, field, from: row[field] ?? '', to: value });
        else skipped += 1;
      });
    });
    this.apply(changes, added).then(() => {
      const told = { rows: block.length, columns: block[0].length, fresh: added.length, skipped };
      this.panel.say(this.panel.words(skipped ? 'pasted_partly' : 'pasted', told));
    });
  }

  withdraw() {
    for (const cell of this.cells()) {
      const row = cell.getRow().getData();
      if (row._ref && !row._pending && !this.edits.withdrawn.has(row._id)) {
        this.edits.withdrawn.add(row._id);
        cell.getRow().reformat();
      }
    }
    this.refresh();
  }

  discard() {
    this.edits.clear();
    this.panel.clear();
    this.refresh();
    return this.table.setPage(this.page || 1);
  }

  async save(confirm = []) {
    const { words } = this.config;
    const { edits, ids } = this.edits.batch(this.rowData(), this.config.columns);
    if (!edits.length) {
      this.panel.say(words.nothing);
      return;
    }
    const reason = this.panel.reason();
    if (this.edits.needsReason && !reason) {
      this.panel.askReason();
      return;
    }
    this.panel.busy(true);
    try {
      await this.answered(await send(this.config.save, { edits, reason, confirm }), ids);
    } catch {
      this.panel.say(words.offline, 'error');
    } finally {
      this.panel.busy(false);
    }
  }

  async answered(answer, ids) {
    const isJson = (answer.headers.get('Content-Type') || '').includes('json');
    const told = isJson ? await answer.json() : {};
    if (answer.ok && isJson) {
      await this.discard();
      this.panel.saved(told);
      return;
    }
    if (answer.status === 401) {
      this.panel.signedOut();
      return;
    }
    this.edits.faults.clear();
    const faults = (told.faults || []).map((fault) => ({ ...fault, id: ids[fault.index] }));
    for (const fault of faults) if (fault.field) this.edits.faults.set(`${fault.id} ${fault.field}`, [fault.message, fault.accepted].filter(Boolean).join(' '));
    for (const row of this.table.getRows('visible')) row.reformat();
    const numbers = new Map(this.rowData().map((row, index) => [row._id, index + 1]));
    if (told.conflicts) this.panel.conflicts(told.conflicts.map((c) => ({ ...c, id: ids[c.index], row: numbers.get(ids[c.index]) })));
    else if (faults.length) this.panel.faults(told.message, faults.map((fault) => ({ ...fault, line: numbers.get(fault.id) })));
    else this.panel.say(this.panel.words('failed', { message: told.message || answer.status }), 'error');
  }

  // A conflict that was decided: the row goes on from the version that stands, with the person's value or the other one's.
  choose(conflict, mine) {
    const row = this.table.getRow(conflict.id);
    if (!row) return;
    this.edits.faults.delete(`${conflict.id} ${conflict.field}`);
    const values = { _seq: conflict.now };
    if (!conflict.field && !mine) this.edits.withdrawn.delete(conflict.id);
    if (conflict.field) {
      const fields = this.edits.before.get(conflict.id) || new Map();
      if (!mine) {
        values[conflict.field] = conflict.theirs ?? '';
        fields.delete(conflict.field);
      } else fields.set(conflict.field, conflict.theirs ?? '');
      if (!fields.size) this.edits.before.delete(conflict.id);
    }
    row.update(values).then(() => row.reformat());
    this.refresh();
  }

  go(id, field) {
    const row = this.table.getRow(id);
    if (!row) return;
    this.table.scrollToRow(row, 'center', false).catch(() => {});
    this.table.scrollToColumn(field || this.config.columns[0].name, 'middle', false).catch(() => {});
    const cell = row.getCell(field || this.config.columns[0].name);
    if (cell) {
      const [range] = this.table.getRanges();
      if (range) range.setBounds(cell, cell);
      const element = cell.getElement();
      if (!element.hasAttribute('tabindex')) element.tabIndex = -1;
      element.focus({ preventScroll: true });
    }
  }
}
