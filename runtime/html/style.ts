/** What all reports look like: light or dark as the reader has it, tables that become cards on a phone, and paper. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--page:#fff;--panel:#f6f8fa;--line:#d0d7de;--bar:#0b5cad;--on:#dbeafe;--critical:#a40e26;--high:#9a4600;--medium:#6f5500;--low:#57606a}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa5b1;--page:#0d1117;--panel:#161b22;--line:#30363d;--bar:#58a6ff;--on:#1f3a5f;--critical:#ff8a8a;--high:#ffb070;--medium:#e3c35a;--low:#9aa5b1}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:110rem;padding:1rem;font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--page)}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1rem;margin:0 0 .4rem}
p{margin:.3rem 0}.soft{color:var(--soft)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.8rem;margin:1rem 0}
.chart{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.7rem}
.num{white-space:nowrap}
form{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;margin:.6rem 0}
label{display:flex;flex-direction:column;font-size:.85rem;color:var(--soft);max-width:100%}
input,select,form button,.pages button{font:inherit;color:var(--ink);background:var(--page);border:1px solid var(--soft);border-radius:.3rem;padding:.3rem .5rem;min-height:2.1rem;max-width:100%}
input{width:20rem}
:focus-visible{outline:3px solid var(--bar);outline-offset:1px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .4rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
bdi{unicode-bidi:isolate}
.critical{color:var(--critical);font-weight:600}.high{color:var(--high);font-weight:600}.medium{color:var(--medium)}.low{color:var(--low)}
dl{display:grid;grid-template-columns:10rem 1fr;gap:.2rem .8rem;margin:.3rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
@media (max-width:62rem){
table,tbody,tr,td{display:block;width:100%}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0;padding:.3rem}
td{border:0;padding:.15rem .3rem}td[data-label]:not(:empty)::before{content:attr(data-label) ": ";color:var(--soft)}
input{width:100%}form label{flex:1 1 9rem}dl{grid-template-columns:1fr}
}
@media print{form,.pages{display:none}body{padding:0;max-width:none;font-size:9pt}.chart,tr{break-inside:avoid}thead{display:table-header-group}rect{print-color-adjust:exact}}
`;
