/** The report's program. It runs in a browser, and puts text from outside into the page as text only. */
export const SCRIPT = String.raw`'use strict';
(() => {
  const PAGE = 100, DAY = 86400000;
  const { takenAt, rows } = JSON.parse(document.getElementById('data').textContent);
  const taken = Date.parse(takenAt);
  const byId = (id) => document.getElementById(id);
  const el = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...children);
    return made;
  };
  const text = (value) => el('bdi', {}, value);
  const days = (at) => Math.floor((taken - Date.parse(at)) / DAY);
  const AGES = [[90, 'up to 90 days'], [365, 'up to 1 year'], [1095, 'up to 3 years'], [Infinity, 'older']];
  const RANK = { critical: 4, high: 3, medium: 2, low: 1 };
  const LEVELS = ['full', 'identities', 'services', 'limited', 'none'];
  rows.forEach((row, index) => {
    row.index = index;
    row.age = row.createdAt === '' ? 'unknown' : AGES.find(([most]) => days(row.createdAt) <= most)[1];
    row.use = ['federation', 'catalogue'].includes(row.kind) ? 'not recorded' : row.usedAt === undefined ? 'never used' : days(row.usedAt) > 90 ? 'not for 90 days' : 'in use';
    row.owner = row.agent ? 'agent of a registry' : row.sponsors.length > 0 ? 'likely sponsor' : 'no sponsor found';
    row.worst = row.findings.reduce((worst, { severity }) => Math.max(worst, RANK[severity]), 0);
    row.owasp = row.findings.map(({ owasp }) => owasp);
    row.text = [row.name, row.arn, row.account, row.accountName, row.kind, row.power, row.madeBy, row.agent, row.catalogue, ...(row.roles || []), ...row.assumedBy, ...row.sponsors, ...row.keys, ...row.findings.map(({ owasp, rule, detail }) => owasp + ' ' + rule + ' ' + detail)].join('\n').toLowerCase();
  });
  const FACETS = { age: ({ age }) => age, power: ({ power }) => power, owner: ({ owner }) => owner, use: ({ use }) => use };
  const chosen = { search: '', kind: 'machine', account: '', owasp: '', age: '', power: '', owner: '', use: '' };
  const MATCH = {
    search: (row, words) => words.split(/\s+/).every((word) => row.text.includes(word)),
    kind: (row, kind) => row.kind === kind,
    account: (row, account) => row.account === account,
    owasp: (row, owasp) => row.owasp.includes(owasp),
    ...Object.fromEntries(Object.entries(FACETS).map(([name, of]) => [name, (row, value) => of(row) === value])),
  };
  const SORTS = {
    name: ({ name }) => name.toLowerCase(), kind: ({ kind }) => kind, created: ({ createdAt }) => createdAt, used: ({ usedAt }) => usedAt || '', keys: ({ keys }) => keys.length,
    power: ({ power }) => -LEVELS.indexOf(power), by: ({ assumedBy }) => assumedBy.join(' ').toLowerCase(), sponsor: ({ sponsors }) => (sponsors[0] || '').toLowerCase(), findings: ({ worst, findings }) => worst * 1000 + findings.length,
  };
  let sort = { by: 'findings', down: true }, page = 0, all = false, shown = [];
  const passing = (except) => {
    const set = Object.entries(chosen).filter(([name, value]) => value !== '' && name !== except);
    return rows.filter((row) => set.every(([name, value]) => MATCH[name](row, value)));
  };
  const charts = () => Object.entries(FACETS).forEach(([name, of]) => {
    const found = passing(name), counts = new Map();
    found.forEach((row) => counts.set(of(row), (counts.get(of(row)) || 0) + 1));
    const most = Math.max(1, ...counts.values());
    byId(name).querySelectorAll('button').forEach((button) => {
      const count = counts.get(button.dataset.value) || 0;
      button.setAttribute('aria-pressed', String(chosen[name] === button.dataset.value));
      button.querySelector('rect').setAttribute('width', String(100 * count / most));
      button.querySelector('.count').textContent = count.toLocaleString('en');
    });
  });
  const cell = (label, ...children) => el('td', { 'data-label': label, role: 'cell' }, ...children);
  const listed = (values, most) => values.slice(0, most).flatMap((value, index) => [...(index ? [', '] : []), text(value)]).concat(values.length > most ? [' and ' + (values.length - most) + ' more'] : []);
  const DETAILS = [
    ['ARN', (row) => [row.arn]], ['account', (row) => [row.account + (row.accountName ? ' ' + row.accountName : '')]], ['why', (row) => [row.kind + ': ' + row.kindBecause]],
    ['assumed by', (row) => row.assumedBy], ['leads to', (row) => row.roles || []], ['AWS Agent Registry', (row) => row.catalogue ? [row.catalogue] : []], ['last used', (row) => row.usedAt === undefined ? [] : [row.usedAt + ' by ' + row.usedBy]], ['keys', (row) => row.keys], ['power', (row) => row.statements],
    ['made by', (row) => row.madeBy ? [row.madeBy] : []], ['agent', (row) => row.agent ? [row.agent] : []], ['likely sponsors', (row) => row.sponsors.map((who, index) => who + ' (' + row.evidence[index] + ')')],
    ['services', (row) => row.services || []], ['findings', (row) => row.findings.map(({ owasp, severity, rule, detail }) => owasp + ' ' + severity + ' ' + rule + ': ' + detail)],
  ];
  const details = (row) => {
    const list = el('dl');
    DETAILS.forEach(([what, of]) => of(row).forEach((value, index) => list.append(el('dt', {}, index ? '' : what), el('dd', {}, text(value)))));
    return el('tr', { role: 'row', class: 'details' }, el('td', { colspan: '9', role: 'cell' }, list));
  };
  const line = (row) => {
    const button = el('button', { type: 'button', class: 'name', 'aria-expanded': 'false' }, text(row.name));
    const made = el('tr', { role: 'row' },
      cell('identity', button), cell('kind', row.kind), cell('created', el('span', { class: 'num' }, row.createdAt.slice(0, 10))), cell('last used', el('span', { class: 'num' }, row.usedAt ? row.usedAt.slice(0, 10) : row.use === 'not recorded' ? '' : 'never')),
      cell('keys', ...listed(row.keys, 2)), cell('power', el('span', { class: row.power === 'full' ? 'critical' : row.power === 'identities' ? 'high' : '' }, row.power)), cell('assumed by', ...listed(row.assumedBy, 2)), cell('sponsor', ...listed(row.sponsors, 1)),
      cell('findings', ...row.findings.flatMap(({ owasp, severity, rule }, index) => [...(index ? [', '] : []), el('span', { class: severity }, owasp + ' ' + rule)])));
    button.addEventListener('click', () => {
      const open = button.getAttribute('aria-expanded') === 'true';
      button.setAttribute('aria-expanded', String(!open));
      if (open) made.nextSibling.remove(); else made.after(details(row));
    });
    return made;
  };
  const render = () => {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(page, pages - 1);
    byId('rows').replaceChildren(...(all ? shown : shown.slice(page * PAGE, (page + 1) * PAGE)).map(line));
    byId('status').textContent = shown.length.toLocaleString('en') + ' of ' + rows.length.toLocaleString('en') + ' identities' + (pages > 1 ? ', page ' + (page + 1) + ' of ' + pages : '');
    byId('before').disabled = page === 0;
    byId('after').disabled = page >= pages - 1;
  };
  const update = () => {
    const key = SORTS[sort.by], way = sort.down ? -1 : 1;
    shown = passing().map((row) => [key(row), row]).sort(([one, a], [other, b]) => (one < other ? -way : one > other ? way : a.index - b.index)).map(([, row]) => row);
    page = 0;
    charts();
    render();
  };
  document.querySelectorAll('.chart button').forEach((button) => button.addEventListener('click', () => {
    const name = button.closest('.chart').id;
    chosen[name] = chosen[name] === button.dataset.value ? '' : button.dataset.value;
    update();
  }));
  ['search', 'kind', 'account', 'owasp'].forEach((name) => byId(name + '-of').addEventListener('input', (event) => {
    chosen[name] = event.target.value.trim().toLowerCase();
    if (name === 'owasp') chosen[name] = event.target.value;
    update();
  }));
  document.querySelectorAll('th button').forEach((button) => button.addEventListener('click', () => {
    const by = button.dataset.sort;
    sort = { by, down: sort.by === by ? !sort.down : by === 'findings' };
    document.querySelectorAll('th').forEach((head) => head.removeAttribute('aria-sort'));
    button.closest('th').setAttribute('aria-sort', sort.down ? 'descending' : 'ascending');
    update();
  }));
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('filters').addEventListener('reset', () => setTimeout(() => {
    Object.keys(chosen).forEach((name) => { chosen[name] = name === 'kind' ? 'machine' : ''; });
    update();
  }));
  byId('before').addEventListener('click', () => { page -= 1; render(); });
  byId('after').addEventListener('click', () => { page += 1; render(); });
  addEventListener('beforeprint', () => { all = true; render(); });
  addEventListener('afterprint', () => { all = false; render(); });
  update();
})();
`;
