// Pages come late here, as over a slow line: a test that looks without waiting sees the page before, each time and not one time in fifty.
(() => {
  const LATE = 150; // milliseconds
  const passed = new WeakSet();

  const later = (event, what, again) => {
    if (passed.delete(what)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    window.setTimeout(() => {
      passed.add(what);
      again();
    }, LATE);
  };

  const leaves = (link) => !link.getAttribute('href').startsWith('#') && !link.target && !link.hasAttribute('download');

  window.addEventListener('submit', (event) => later(event, event.target, () => event.target.requestSubmit(event.submitter)), true);
  window.addEventListener(
    'click',
    (event) => {
      const link = event.target.closest?.('a[href]');
      if (link && leaves(link)) later(event, link, () => link.click());
    },
    true,
  );
})();
