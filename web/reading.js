// Pages on which one reads a text with figures: a written report, an audited draft. The audit's script is the one of its own page.
import './reading.css';
import '../src/taizhang/audit/page/audit.js';

const trace = document.getElementById('trace');
let opener = null;

if (trace) {
  const empty = trace.innerHTML;
  const close = () => {
    trace.innerHTML = empty;
    trace.classList.remove('open');
    if (opener) opener.focus();
    opener = null;
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a.figure, a.ground');
    if (link) opener = link;
    if (event.target.closest('[data-close]')) close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && trace.classList.contains('open')) close();
  });
  new MutationObserver(() => {
    if (!trace.querySelector('[data-close]')) return;
    trace.classList.add('open');
    trace.scrollTop = 0;
    trace.focus({ preventScroll: true });
  }).observe(trace, { childList: true });
}
