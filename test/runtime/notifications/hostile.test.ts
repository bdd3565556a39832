import * as fc from 'fast-check';
import { DETAILS, noticeOf } from './facts';
import { NoticeFacts } from '../../../runtime/model/notice';
import { renderDigest } from '../../../runtime/notifications/digest';
import { KINDS } from '../../../runtime/notifications/templates';
import { JsonValue } from '../../../src/core/canonical-json';

const CONTEXT = { registry: 'agents', person: 'ada.park@example.com', day: '2027-02-01' };
const HOSTILE = [
  '<script>alert(1)</script>', '"><img src=https://evil.example/x>', '\' onload=\'x', '\r\nBcc: all@evil.example', '\u202egnp.exe', '\u0000\u0007\u001b[2J', '&lt;b&gt;', '</dd></dl><a href="https://evil.example">renew</a>',
  'https://evil.example/renew?agent=1', 'www.evil.example', '=?utf-8?q?subject?=', 'ﷺ'.repeat(2_000), 'a'.repeat(10_000), '😀'.repeat(600), '\ud800', '<!--', '{{ticket}}', 'javascript:alert(1)', '\u2028\u2029',
];
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ size: 'max', maxLength: 2_000, unit: 'binary' }), fc.string({ unit: 'grapheme' }));

const anyValue = fc.oneof({ weight: 8, arbitrary: text }, fc.constantFrom<JsonValue>(null, true, [], {}, 7));

/** The same details with texts of an attacker in the place of all texts. */
function poisoned(value: JsonValue, next: () => JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map((member: JsonValue) => poisoned(member, next));
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, poisoned(member, next)]))
    : next();
}

const ALLOWED = /^<(!doctype html|\/?(html|head|title|body|main|section|h1|h2|p|dl|dt|dd|ul|li|strong|footer)( lang="en"| style="[^"<>]*")?|meta [a-z0-9="\-, ]+)>$/;

test('whatever people wrote: the message keeps its form, has no links and no hidden characters, and the subject is one plain line', () => {
  fc.assert(fc.property(fc.constantFrom(...KINDS), fc.array(anyValue, { minLength: 1, maxLength: 12 }), text, (kind, values, name) => {
    let index = 0;
    const details = poisoned(DETAILS[kind], () => values[index++ % values.length] as JsonValue) as NoticeFacts['details'];
    const notice = noticeOf(kind, { details, agentName: name, stage: name, account: name, time: name });
    const { subject, text: plain, html } = renderDigest([notice], CONTEXT);

    expect(subject).toMatch(/^\[agents\] [\x20-\x7e]{0,111}$/);
    expect(html.match(/<[^>]*>/g)!.filter((tag) => !ALLOWED.test(tag))).toEqual([]);
    expect(html.match(/<section/g)).toHaveLength(1);
    for (const part of [plain, html]) {
      expect(part).not.toContain('://');
      expect(part).not.toMatch(/(?<![@])evil\.example/);
      // eslint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(part).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/);
      expect(part).not.toMatch(/\p{Cs}/u);
    }
    // No line of theirs looks like a section or like the end of the message.
    expect(plain.match(/^== /gm)).toHaveLength(1);
    expect(plain.match(/^--$/gm)).toHaveLength(1);
    expect(Buffer.byteLength(html)).toBeLessThan(150_000);
  }), { numRuns: Number(process.env.RUNS ?? 300) });
});

test.each(KINDS)('the HTML of %s says its language, has one heading of the first level, no tables, and nothing that is loaded', (kind) => {
  const { html } = renderDigest([noticeOf(kind)], CONTEXT);
  expect(html).toContain('<html lang="en">');
  expect(html.match(/<h1/g)).toHaveLength(1);
  expect(html.match(/<h2/g)).toHaveLength(1);
  expect(html).not.toMatch(/<(table|img|a|link|script|form|button|iframe)\b/);
});

test.each([['#1a1a1a', '#ffffff'], ['#4a4a4a', '#ffffff'], ['#1a1a1a', '#eef4fb']])('%s on %s has a contrast of 7:1 or more', (front, back) => {
  const { html } = renderDigest([noticeOf('joined')], CONTEXT);
  expect(html).toContain(front);
  expect(html).toContain(back);
  expect(contrast(front, back)).toBeGreaterThanOrEqual(7);
});

// https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
function contrast(one: string, other: string): number {
  const [light, dark] = [one, other].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
