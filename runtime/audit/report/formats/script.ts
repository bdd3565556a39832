/** The report's program. It hides rows, and opens what is folded before the page is printed. */
export const SCRIPT = String.raw`'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const sections = [...document.querySelectorAll('section.rows')].map((section) => ({
    section, rows: [...section.querySelectorAll('tbody tr')].map((row) => ({ row, text: row.textContent.toLowerCase() })),
  }));
  const all = sections.reduce((sum, { rows }) => sum + rows.length, 0);
  const update = () => {
    const words = byId('search-of').value.trim().toLowerCase().split(/\s+/), chosen = byId('section-of').value;
    let shown = 0;
    sections.forEach(({ section, rows }) => {
      let here = 0;
      rows.forEach(({ row, text }) => {
        row.hidden = !words.every((word) => text.includes(word));
        here += row.hidden ? 0 : 1;
      });
      section.hidden = (chosen !== '' && section.id !== chosen) || (here === 0 && words[0] !== '');
      shown += section.hidden ? 0 : here;
    });
    byId('status').textContent = shown.toLocaleString('en') + ' of ' + all.toLocaleString('en') + ' rows';
  };
  byId('search-of').addEventListener('input', update);
  byId('section-of').addEventListener('input', update);
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('filters').addEventListener('reset', () => setTimeout(update));
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
  update();
})();
`;
