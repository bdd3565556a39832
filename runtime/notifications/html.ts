import { Page, Section } from './page';
import { escapeHtml } from './texts';

/** Inline, because some mail programs remove style sheets. Every contrast is above 7:1. */
const STYLES = {
  body: 'margin:0;padding:16px;background:#ffffff;color:#1a1a1a;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5',
  main: 'max-width:640px;margin:0 auto',
  title: 'font-size:24px;line-height:1.25;margin:0 0 8px',
  section: 'border-top:1px solid #767676;padding:16px 0 8px;margin:16px 0 0',
  heading: 'font-size:18px;line-height:1.3;margin:0 0 8px;overflow-wrap:anywhere',
  paragraph: 'margin:0 0 12px;overflow-wrap:anywhere',
  list: 'margin:0 0 12px',
  term: 'font-size:14px;color:#4a4a4a;margin:0',
  value: 'margin:0 0 8px;overflow-wrap:anywhere',
  toDo: 'margin:0 0 12px;padding:8px 12px;border-left:4px solid #0b4f9e;background:#eef4fb;overflow-wrap:anywhere',
  link: 'display:inline-block;padding:8px 16px;background:#0b4f9e;color:#ffffff;border-radius:4px;font-weight:bold',
  footer: 'border-top:1px solid #767676;margin:16px 0 0;padding:12px 0 0;font-size:14px;color:#4a4a4a',
} as const;

/** The message as HTML: headings and lists, no tables, no images, nothing that is loaded, and no links but those to the registry's own page. */
export function htmlOf({ title, intro, sections, further, omitted, footer }: Page): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light">',
    '<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">',
    `<title>${escapeHtml(title)}</title>`,
    '</head>',
    `<body style="${STYLES.body}">`,
    `<main style="${STYLES.main}">`,
    element('h1', 'title', title),
    element('p', 'paragraph', intro),
    ...sections.map(sectionAsHtml),
    ...(further.length === 0 ? [] : [
      `<section style="${STYLES.section}">`, element('h2', 'heading', 'Further notices'), '<ul>', ...further.map((line) => `<li>${escapeHtml(line)}</li>`), '</ul>', '</section>',
    ]),
    ...(omitted === 0 ? [] : [element('p', 'paragraph', `And ${omitted} more, which the bus and "nhi list" show.`)]),
    element('footer', 'footer', footer),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function sectionAsHtml({ heading, what, rows, toDo, link }: Section): string {
  return [
    `<section style="${STYLES.section}">`,
    element('h2', 'heading', heading),
    element('p', 'paragraph', what),
    `<dl style="${STYLES.list}">`,
    ...rows.flatMap(([label, value]) => [element('dt', 'term', label), element('dd', 'value', value)]),
    '</dl>',
    ...(toDo === undefined ? [] : [`<p style="${STYLES.toDo}"><strong>What to do:</strong> ${escapeHtml(toDo)}</p>`]),
    ...(link === undefined ? [] : [`<p style="${STYLES.paragraph}"><a style="${STYLES.link}" href="${escapeHtml(link)}">Open the page</a></p>`]),
    '</section>',
  ].join('\n');
}

function element(tag: string, style: keyof typeof STYLES, text: string): string {
  return `<${tag} style="${STYLES[style]}">${escapeHtml(text)}</${tag}>`;
}
