import { Page, Section } from './page';

/** The message as text. */
export function textOf({ title, intro, sections, further, omitted, footer }: Page): string {
  return [
    title,
    intro,
    ...sections.map(sectionAsText),
    ...(further.length === 0 ? [] : [['Further notices:', ...further.map((line) => `- ${line}`)].join('\n')]),
    ...(omitted === 0 ? [] : [`And ${omitted} more, which the bus and "nhi list" show.`]),
    `--\n${footer}`,
    '',
  ].join('\n\n').trimEnd() + '\n';
}

function sectionAsText({ heading, what, rows, toDo, link }: Section): string {
  return [
    `== ${heading}`,
    what,
    ...rows.map(([label, value]) => `  ${label}: ${value}`),
    ...(toDo === undefined ? [] : [`What to do: ${toDo}`]),
    ...(link === undefined ? [] : [link]),
  ].join('\n');
}
