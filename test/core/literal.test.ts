import * as fc from 'fast-check';
import { codeOf, TOKENS } from './code-of';
import { looksLikeToken, requireLiteral } from '../../src/core/literal';

test.each(TOKENS)('%s is a token, wherever it stands', (token) => {
  expect(looksLikeToken(token)).toBe(true);
  expect(looksLikeToken(`before ${token} after`)).toBe(true);
  expect(codeOf(() => requireLiteral('the name', token))).toBe('LiteralRequired');
});

test.each(['', 'Token[TOKEN.1]', '${Token}', '$Token[1]', '{Token[1]}', '${AWS::Region}', '${XToken[TOKEN.0]}', '$ {Token[1]}'])('%j is no token', (text) => {
  expect(looksLikeToken(text)).toBe(false);
  expect(requireLiteral('the name', text)).toBe(text);
});

test.each([[undefined], [null], [7], [{}], [['text']], [10n]])('fails when %p is given for a text', (value) => {
  expect(codeOf(() => requireLiteral('the name', value as unknown as string))).toBe('TextRequired');
});

test('the error says what must be written out', () => {
  expect(() => requireLiteral('the agent name', TOKENS[0])).toThrow('the agent name must be known at synthesis');
  expect(() => requireLiteral('the agent name', 7 as unknown as string)).toThrow('the agent name must be a text, received 7');
});

test('a text comes back unchanged or is refused as a token', () => {
  const part = fc.oneof(fc.string(), fc.constantFrom('$', '#', '{', 'Tf', 'Token[', ...TOKENS));
  fc.assert(fc.property(fc.array(part, { maxLength: 5 }).map((parts) => parts.join('')), (text) => {
    const refused = ['${Token[', '#{Token[', '${TfToken[', '#{TfToken['].some((opening) => text.includes(opening));
    expect(codeOf(() => expect(requireLiteral('it', text)).toBe(text))).toBe(refused ? 'LiteralRequired' : undefined);
  }), { numRuns: 1_000 });
});
