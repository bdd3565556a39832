import { STYLE as OF_ALL } from '../../html';

/** The inventory's own, after what all reports look like. */
export const STYLE = `${OF_ALL}.chart button{display:grid;grid-template-columns:8.5rem 1fr 4.2rem;gap:.5rem;align-items:center;width:100%;min-height:1.8rem;padding:.1rem .3rem;border:0;border-radius:.25rem;background:none;color:inherit;font:inherit;text-align:left;cursor:pointer}
.chart button[aria-pressed=true]{background:var(--on);font-weight:600}
.chart svg{width:100%;height:.8rem}.chart rect{fill:var(--bar)}.count{text-align:right;font-variant-numeric:tabular-nums}
.label{overflow-wrap:anywhere}
td[data-label=kind],td[data-label=power]{white-space:nowrap}
th button{text-align:left;font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:.2rem 0;cursor:pointer}
th[aria-sort=ascending] button::after{content:" \\25B2"}th[aria-sort=descending] button::after{content:" \\25BC"}
td .name{font:inherit;color:inherit;background:none;border:0;padding:.1rem 0;min-height:1.6rem;text-align:left;text-decoration:underline;cursor:pointer;overflow-wrap:anywhere}
.pages{display:flex;gap:.6rem;align-items:center;margin:.8rem 0}
@media (min-width:62.01rem){td[data-label=findings]{min-width:10rem}td[data-label=identity]{min-width:8rem}td[data-label=sponsor],td[data-label="assumed by"]{min-width:6rem}td[data-label=keys]{min-width:5rem}}
@media (max-width:62rem){.chart button{grid-template-columns:7.5rem 1fr 3.4rem}}
`;
