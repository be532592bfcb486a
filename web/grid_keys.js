// Keys of the grid. Tabulator opens its editor on a double click only, takes every Enter as the end of an entry, and knows nothing of input methods.

const inEditor = (event) => event.target.matches('input, textarea, select');

// Enter while a word is being composed chooses the word; it must not end the entry.
export function guardComposition(element) {
  element.addEventListener(
    'keydown',
    (event) => {
      if (inEditor(event) && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
    },
    true,
  );
}

// Typing on a chosen cell begins an entry, in the same tick, so that the input method composes in the editor.
export function typeToEdit(element, chosen) {
  element.addEventListener(
    'keydown',
    (event) => {
      if (inEditor(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const typed = event.keyCode === 229 || event.key === 'Process' || event.key.length === 1;
      if (!typed && event.key !== 'F2' && event.key !== 'Enter') return;
      const cell = chosen();
      if (!cell) return;
      event.stopPropagation();
      if (event.key === 'Enter' || event.key === 'F2') event.preventDefault();
      cell.edit();
      const input = cell.getElement().querySelector('input, textarea');
      if (input && typed) {
        input.value = '';
        input.focus({ preventScroll: true });
      }
    },
    true,
  );
}

// Tab leaves the grid: its cells are reached by arrows, and nobody is caught in it. In an entry it goes on to the next cell.
export function leaveByTab(element, before) {
  element.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Tab' || (inEditor(event) && event.target.closest('.tabulator-cell'))) return;
      event.stopPropagation();
      if (event.target.closest('.tabulator-footer, .head-filter')) return;
      const next = event.shiftKey ? before() : element.querySelector('.tabulator-footer select, .tabulator-footer button:not([disabled])');
      if (next) {
        event.preventDefault();
        next.focus();
      }
    },
    true,
  );
  element.addEventListener('focusin', (event) => {
    if (!event.target.matches('.tabulator-header, .tabulator-tableholder') || element.contains(event.relatedTarget)) return;
    const cell = element.querySelector('.tabulator-cell.tabulator-range-selected, .tabulator-tableholder .tabulator-cell[tabulator-field]:not(.row-header)');
    if (cell) {
      if (!cell.hasAttribute('tabindex')) cell.tabIndex = -1;
      cell.focus();
    }
  });
}

export function commands(element, acts) {
  element.addEventListener(
    'keydown',
    (event) => {
      const control = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (control && key === 's') {
        event.preventDefault();
        element.ownerDocument.activeElement?.blur?.();
        acts.save();
      } else if (inEditor(event)) return;
      else if (control && key === 'z' && !event.shiftKey) acts.undo();
      else if (control && (key === 'y' || (key === 'z' && event.shiftKey))) acts.redo();
      else if (event.key === 'Delete' || event.key === 'Backspace') acts.empty();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  element.addEventListener(
    'paste',
    (event) => {
      if (inEditor(event)) return;
      event.preventDefault();
      event.stopPropagation();
      acts.paste(event.clipboardData.getData('text/plain'));
    },
    true,
  );
}
