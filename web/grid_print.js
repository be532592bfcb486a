// On paper stands a plain table of the rows that the grid holds: the grid itself keeps only what is on the screen.

export function printable(element, columns, rows) {
  let table = null;
  window.addEventListener('beforeprint', () => {
    const data = rows();
    const shown = columns.filter((column) => data.some((row) => row[column.name]));
    table = document.createElement('table');
    table.className = 'list paper';
    const head = table.createTHead().insertRow();
    for (const column of shown) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = column.title;
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of data) {
      const line = body.insertRow();
      for (const column of shown) {
        const cell = line.insertCell();
        cell.textContent = row[column.name] ?? '';
        if (column.number) cell.className = 'number';
      }
    }
    element.after(table);
  });
  window.addEventListener('afterprint', () => table?.remove());
}
