import { commandReference, Part, Section } from './command-reference';

/** The text of docs/nhi.md. */
export function generateReferencePage(reference = commandReference()): string {
  return [
    '# nhi(1)',
    'Generated from the command itself (`npx projen generate`). The package has it as a manual page, too: `man nhi`, where npm installed the package globally.',
    ...reference.flatMap((section) => rendered(section, 2)),
    '',
  ].join('\n\n').trimEnd() + '\n';
}

function rendered({ title, parts, sections }: Section, level: number): string[] {
  return [`${'#'.repeat(level)} ${title}`, ...parts.map(renderedPart).filter((text) => text !== ''), ...sections.flatMap((below) => rendered(below, level + 1))];
}

function renderedPart(part: Part): string {
  if ('text' in part) {
    return escaped(part.text);
  }
  if ('lines' in part) {
    return part.lines.length === 0 ? '' : ['```sh', ...part.lines, '```'].join('\n');
  }
  return part.rows.length === 0 ? '' : ['| | |', '|---|---|', ...part.rows.map(([name, says]) => `| \`${name.replaceAll('|', '\\|')}\` | ${escaped(says)} |`)].join('\n');
}

/** A text that Markdown shows as it is. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&');
}
