import { inspect } from 'node:util';
import { IncompleteError, InvalidInputError, NhiError, reasonOf, RefusedError, RetryableError } from '../../src/core/errors';

const cause = new Error('throttled');

test.each([
  ['NhiError', new NhiError('SomeCode', 'it went wrong', { cause })],
  ['InvalidInputError', new InvalidInputError('SomeCode', 'it went wrong', { cause })],
  ['RefusedError', new RefusedError('SomeCode', 'it went wrong', { cause })],
  ['RetryableError', new RetryableError('SomeCode', 'it went wrong', { cause })],
  ['IncompleteError', new IncompleteError('SomeCode', 'it went wrong', [], { cause })],
])('%s has its code as its name and before its message, its reason and its cause', (_class, error) => {
  expect(error).toBeInstanceOf(NhiError);
  expect(error).toBeInstanceOf(Error);
  // Step Functions catches errors by this name.
  expect(error.name).toBe('SomeCode');
  expect(error).toMatchObject({ code: 'SomeCode', message: 'SomeCode: it went wrong', reason: 'it went wrong', cause });
  expect(String(error)).toBe('SomeCode: it went wrong');
});

test('what nobody catches is printed with its code once, and its reason once', () => {
  const printed = inspect(new InvalidInputError('SomeCode', 'it went wrong'));

  expect(printed).toMatch(/^SomeCode: it went wrong\n +at /);
  expect(printed.match(/SomeCode|it went wrong/g)).toEqual(['SomeCode', 'it went wrong']);
});

test('what remains of a teardown receives', () => {
  expect(new IncompleteError('TeardownIncomplete', 'keys remain', ['AKIA1', 'AKIA2']).remains).toEqual(['AKIA1', 'AKIA2']);
});

test('the kinds differ', () => {
  const kinds = [InvalidInputError, RefusedError, RetryableError];
  for (const [index, Kind] of kinds.entries()) {
    const error = new Kind('SomeCode', 'it went wrong');
    expect(kinds.map((other) => error instanceof other)).toEqual(kinds.map((_, other) => other === index));
  }
});

test('what went wrong is one line, whatever was thrown', () => {
  expect(reasonOf(new Error('two\n  lines'))).toBe('Error: two lines');
  expect(reasonOf('plain')).toBe('plain');
});
