import * as fc from 'fast-check';
import { codeOf, TOKENS } from './code-of';
import { validateAgentName } from '../../src/core/agent-name';

test.each([
  'invoice-bot', 'bot', 'b0t', 'b-t', 'a1-b2-c3',
  'a'.repeat(48),
])('%s is a name', (name) => {
  expect(validateAgentName(name)).toBe(name);
});

test.each([
  ['nothing', ''],
  ['too short', 'ab'],
  ['too long', 'a'.repeat(49)],
  ['a digit first', '1bot'],
  ['a hyphen first', '-bot'],
  ['a hyphen last', 'bot-'],
  ['two hyphens', 'invoice--bot'],
  ['two hyphens at once', 'i--bot'],
  ['two hyphens at the end', 'invoice--'],
  ['capitals', 'Invoice-Bot'],
  ['an underscore', 'invoice_bot'],
  ['a space', 'invoice bot'],
  ['a slash', 'invoice/bot'],
  ['a dot', 'invoice.bot'],
  ['letters from elsewhere', 'rechnungsprüfer'],
  ['a line break at the end', 'invoice-bot\n'],
  ['a second line', 'invoice-bot\nother'],
])('fails when the name has %s', (_what, name) => {
  expect(codeOf(() => validateAgentName(name))).toBe('AgentNameInvalid');
});

test.each(TOKENS)('fails when %s is in it', (token) => {
  expect(codeOf(() => validateAgentName(token))).toBe('LiteralRequired');
  expect(codeOf(() => validateAgentName(`bot-${token}`))).toBe('LiteralRequired');
});

test('fails when it is no text', () => {
  expect(codeOf(() => validateAgentName(undefined as unknown as string))).toBe('TextRequired');
});

test('the error shows the name and says what is allowed', () => {
  expect(() => validateAgentName('Invoice\n')).toThrow('agent name "Invoice\\n" is not allowed: use 3-48 of [a-z0-9-]');
});

test('what is accepted is 3-48 of [a-z0-9-], unchanged; what is not has a code', () => {
  const nearly = fc.string({ unit: fc.constantFrom('a', 'z', '0', '9', '-', 'A', '_', '\n', 'é'), maxLength: 52 });
  fc.assert(fc.property(fc.oneof(nearly, fc.string({ unit: fc.constantFrom('a', '7', '-'), maxLength: 52 })), (name) => {
    const code = codeOf(() => validateAgentName(name));
    const outside = [...name].some((char) => !'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(char));
    const refused = outside || name.length < 3 || name.length > 48 || !/[a-z]/.test(name.charAt(0)) || name.endsWith('-') || name.includes('--');
    expect(code).toBe(refused ? 'AgentNameInvalid' : undefined);
  }), { numRuns: 2_000 });
});

test('words with single hyphens between are names', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{2,10}$/);
  fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('-')), (name) => {
    expect(validateAgentName(name)).toBe(name);
  }));
});
