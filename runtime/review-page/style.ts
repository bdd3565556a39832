import { createHash } from 'node:crypto';

/** The only style of the page. Every contrast of text is above 7:1, in light and in dark. */
export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--raised:#f5f6f8;--ink:#16181d;--soft:#444a55;--line:#7a818d;--act:#0b4f9e;--on-act:#fff;--used:#0b4f9e;--unused:#8a3b00;--unknown:#5a6070;--warn-back:#fff4e5;--warn:#7a3300;--good:#0f5132}
@media screen and (prefers-color-scheme:dark){:root{--back:#14161a;--raised:#1f2329;--ink:#eef0f3;--soft:#c3c8d1;--line:#8b93a1;--act:#9cc7ff;--on-act:#0b1a2e;--used:#7db5ff;--unused:#ffb27d;--unknown:#b5bcc9;--warn-back:#33240f;--warn:#ffd3a3;--good:#9fe0bd}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header,main,footer,.places{max-width:46rem;margin:0 auto;padding:1rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;align-items:center;border-bottom:1px solid var(--line);color:var(--soft)}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.9rem;margin-top:2rem}
h1{font-size:1.6rem;line-height:1.25;margin:1rem 0 .5rem}
h2{font-size:1.2rem;line-height:1.3;margin:2rem 0 .5rem}
h3{font-size:1.05rem;margin:0 0 .25rem}
p{margin:.5rem 0}
a{color:var(--act)}
a:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible,select:focus-visible,summary:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.places{display:flex;gap:1.25rem;padding:.5rem 1rem 0}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:.5rem;background:var(--back);padding:.5rem;z-index:1}
.lead{font-size:1.1rem}
.soft{color:var(--soft)}
.card{border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:.75rem 0;background:var(--raised)}
.card.told{border-left:.4rem solid var(--unused)}
.note{border-left:.4rem solid var(--act);background:var(--raised);padding:.75rem 1rem;margin:1rem 0}
.note.warn{border-color:var(--unused);background:var(--warn-back);color:var(--warn)}
.tag{display:inline-block;border:1px solid currentColor;border-radius:1rem;padding:0 .6rem;font-size:.85rem;margin:0 .35rem .25rem 0}
.tag.used{color:var(--used)}.tag.unused{color:var(--unused)}.tag.unknown{color:var(--unknown)}
dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.25rem 1rem;margin:.5rem 0}
dt{color:var(--soft)}dd{margin:0}
ul,ol{padding-left:1.25rem;margin:.5rem 0}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem .5rem .5rem 0;border-bottom:1px solid var(--line)}
fieldset{border:1px solid var(--line);border-radius:.5rem;margin:1rem 0;padding:.5rem 1rem 1rem}
legend{font-weight:600;padding:0 .35rem}
label{display:block}
.choice{display:grid;grid-template-columns:1.75rem 1fr;gap:.5rem;padding:.4rem 0;align-items:center}
.choice input{width:1.5rem;height:1.5rem;margin:0;accent-color:var(--act)}
textarea,input[type=email],input[type=text],input[type=date],select{width:100%;font:inherit;color:inherit;background:var(--back);border:1px solid var(--line);border-radius:.35rem;padding:.5rem}
button,.button{display:inline-block;font:inherit;font-weight:600;color:var(--on-act);background:var(--act);border:2px solid var(--act);border-radius:.4rem;padding:.6rem 1.1rem;min-height:2.75rem;text-decoration:none;cursor:pointer}
button.plain{background:transparent;color:var(--act);padding:.25rem .75rem;min-height:2rem;font-weight:400}
summary{cursor:pointer;padding:.35rem 0;color:var(--act)}
pre{white-space:pre-wrap;font-size:.85rem;background:var(--back);border:1px solid var(--line);padding:.5rem;margin:.25rem 0}
svg{display:block;width:100%;max-width:24rem;height:auto;margin:.5rem 0}
svg text{fill:var(--ink);font-size:13px}
.axis{stroke:var(--line);stroke-width:1}.mark{fill:var(--good);stroke:var(--ink);stroke-width:1}
.bar{stroke:var(--ink);stroke-width:1}.bar.used{fill:var(--used)}.bar.unused{fill:none;stroke:var(--unused);stroke-width:2;stroke-dasharray:5 3}.bar.unknown{fill:var(--unknown);fill-opacity:.35}
.timeline{list-style:none;padding:0;border-left:3px solid var(--line);margin-left:.5rem}
.timeline h2{margin-top:0}.timeline li{padding:.25rem 0 .75rem 1rem;position:relative}
.timeline li::before{content:"";position:absolute;left:-.5rem;top:.65rem;width:.75rem;height:.75rem;border-radius:50%;background:var(--act)}
.actions{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;align-items:center}
.inline{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end}
.inline label{flex:1 1 9rem}
@media (max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}header,main,footer{padding:.75rem}.places{padding:.5rem .75rem 0}}
@media print{:root{color-scheme:light}header form,main form,#decision,footer,.places,nav,.inline,.skip,.actions,button{display:none}details::details-content{content-visibility:visible;display:block;height:auto}.card,.timeline li,svg{break-inside:avoid}h2,h3{break-after:avoid}pre,.card,.note{border-color:#555}a{color:inherit}header,main{max-width:none}body{font-size:11pt}}
`.trim().replace(/\n/g, '');

/** Names the style in the policy of the page: no other style is applied. https://www.w3.org/TR/CSP3/#directive-style-src */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
