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
