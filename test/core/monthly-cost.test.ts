import { codeOf } from './code-of';
import { MonthlyCost } from '../../src';
import { sumOfCosts } from '../../src/core/monthly-cost';

test('an amount has a currency, in US dollars if none is named', () => {
  expect(MonthlyCost.of(120)).toMatchObject({ amount: 120, currency: 'USD' });
  expect(MonthlyCost.of(0.01, 'EUR')).toMatchObject({ amount: 0.01, currency: 'EUR' });
});

test.each<[unknown, unknown]>([[0, 'USD'], [-1, 'USD'], [1.005, 'USD'], [1e10, 'USD'], [NaN, 'USD'], ['12', 'USD'], [1, 'usd'], [1, 'EURO'], [1, 1]])('%j %j is refused', (amount, currency) => {
  expect(codeOf(() => MonthlyCost.of(amount as number, currency as string))).toBe('MonthlyCostInvalid');
});

test('sums are exact to the cent, and each currency has its own', () => {
  const costs = [{ amount: 0.1, currency: 'EUR' }, undefined, { amount: 0.2, currency: 'EUR' }, { amount: 5, currency: 'USD' }];
  expect(sumOfCosts(costs)).toEqual({ EUR: 0.3, USD: 5 });
  expect(sumOfCosts([])).toEqual({});
});

test('a tag takes the place of an amount', () => {
  const { amount, currency, tagKey, tagValue } = MonthlyCost.ofTag('integration', 'crm of sales');
  expect([amount, currency, tagKey, tagValue]).toEqual([undefined, undefined, 'integration', 'crm of sales']);
});

test.each<[string, unknown, unknown, string]>([
  ['no key', '', 'x', 'MonthlyCostInvalid'],
  ['no value', 'x', '', 'MonthlyCostInvalid'],
  ['a long key', 'x'.repeat(129), 'x', 'MonthlyCostInvalid'],
  ['a long value', 'x', 'x'.repeat(257), 'MonthlyCostInvalid'],
  ['a line break', 'a\nb', 'x', 'TextNotPlain'],
  ['a dynamic reference', 'x', '{{resolve:secretsmanager:a}}', 'DynamicReference'],
  ['a number', 1, 'x', 'TextRequired'],
])('a tag with %s is refused', (_what, key, value, code) => {
  expect(codeOf(() => MonthlyCost.ofTag(key as string, value as string))).toBe(code);
});
