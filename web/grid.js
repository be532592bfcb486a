// The grid of a ledger: everything of it that knows Tabulator is in this file and in grid_keys.js.
// On a narrow screen, or without script, the table that the page brought stays.
import './grid.css';

const root = document.getElementById('ledger-grid');
if (root && window.matchMedia('(min-width: 40.01rem)').matches) {
  import('./grid_table.js').then(({ start }) => start(root, JSON.parse(root.dataset.config)));
}
