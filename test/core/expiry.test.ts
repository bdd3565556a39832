import * as fc from 'fast-check';
import { codeOf, TOKENS } from './code-of';
import { Expiry, isPast } from '../../src/core/expiry';

const DAY = 86_400_000;
const day = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2999-12-30T23:59:59Z'), noInvalidDate: true });
const dateOf = (instant: Date) => instant.toISOString().slice(0, 10);
const two = (number: number) => String(number).padStart(2, '0');

test.each([
  ['2027-03-31', '2027-04-01T00:00:00Z'],
  ['2027-12-31', '2028-01-01T00:00:00Z'],
  ['2028-02-29', '2028-03-01T00:00:00Z'],
  ['1999-12-31', '2000-01-01T00:00:00Z'],
  ['2999-12-30', '2999-12-31T00:00:00Z'],
])('on %s is the end of that day, %s', (date, iso) => {
  expect(Expiry.on(date).iso).toBe(iso);
});

test.each([
  ['2027-03-31T12:00:00Z', '2027-03-31T12:00:00Z'],
  ['2027-03-31T12:00Z', '2027-03-31T12:00:00Z'],
  ['2027-03-31T12:00:00.999Z', '2027-03-31T12:00:00Z'],
  ['2027-03-31T12:00:00.123456789Z', '2027-03-31T12:00:00Z'],
  ['2027-03-31T14:00:00+02:00', '2027-03-31T12:00:00Z'],
  ['2027-03-31T23:59:59-00:30', '2027-04-01T00:29:59Z'],
  ['2027-03-31T00:00:00+14:00', '2027-03-30T10:00:00Z'],
  ['2000-01-01T00:00:00Z', '2000-01-01T00:00:00Z'],
  ['2999-12-31T23:59:59Z', '2999-12-31T23:59:59Z'],
])('at %s is %s', (instant, iso) => {
  const expiry = Expiry.at(instant);
  expect(expiry.iso).toBe(iso);
  expect(expiry.epochSeconds).toBe(Date.parse(iso) / 1000);
  expect(String(expiry)).toBe(iso);
});

const RELATIVE = ['', 'tomorrow', '90 days', '+90d', 'P90D', 'now+90d', 'never', '90', '1806537600'];

test.each([
  ...RELATIVE,
  '2027-3-31', '27-03-31', '31.03.2027', '03/31/2027', '2027-13-01', '2027-00-01', '2027-01-00', '2027-01-32', '2027-02-29', '2027-04-31', '2027-03-31T12:00:00Z', ' 2027-03-31',
  '2027-03-31\n', '0050-01-01', '1999-12-30', '2999-12-31', '+002027-03-31',
])('fails when it ends on %j', (date) => {
  expect(codeOf(() => Expiry.on(date).iso)).toBe('ExpiryInvalid');
});

test.each([
  ...RELATIVE,
  '2027-03-31', ' 2027-03-31T12:00:00Z', '+002027-03-31T12:00:00Z', '2027-03-31T12:00:00', '2027-03-31 12:00:00Z', '2027-03-31T24:00:00Z', '2027-03-31T12:60:00Z', '2027-03-31T12:00:60Z', '2027-03-31T12Z', '2027-03-31T12:00:00+15:00',
  '2027-03-31T12:00:00+02:60', '2027-03-31T12:00:00+0200', '2027-03-31T12:00:00 CET', '2027-02-30T12:00:00Z', '2027-13-01T00:00:00Z', '0050-01-01T00:00:00Z', '1999-12-31T23:59:59Z',
  '3000-01-01T00:00:00Z', '2999-12-31T23:59:59-01:00', '2000-01-01T00:00:00+01:00', '2027-03-31T12:00:00.Z', '2027-03-31T12:00:00Z\n',
])('fails when it ends at %j', (instant) => {
  expect(codeOf(() => Expiry.at(instant).iso)).toBe('ExpiryInvalid');
});

test.each(TOKENS)('fails when it is the token %s', (token) => {
  expect(codeOf(() => Expiry.on(token).iso)).toBe('LiteralRequired');
  expect(codeOf(() => Expiry.at(token).iso)).toBe('LiteralRequired');
});

test('fails when it is no text', () => {
  expect(codeOf(() => Expiry.on(new Date() as unknown as string).iso)).toBe('TextRequired');
  expect(codeOf(() => Expiry.at(undefined as unknown as string).iso)).toBe('TextRequired');
});

test('to make it fails never, to use it fails always', () => {
  const expiry = Expiry.on('tomorrow');

  for (const use of [() => expiry.iso, () => expiry.epochSeconds, () => String(expiry), () => expiry._check(), () => isPast(expiry, new Date())]) {
    expect(codeOf(use)).toBe('ExpiryInvalid');
  }
});

test('the error says what to write, and why nothing relative', () => {
  expect(() => Expiry.on('90 days').iso).toThrow(/"90 days".*Expiry\.on\('2027-03-31'\).*renew on every deployment/);
  expect(() => Expiry.on('2999-12-31').iso).toThrow('the expiry "3000-01-01T00:00:00.000Z" is not allowed: use one in the years 2000 to 2999');
});

test('on a day is at the beginning of the next one', () => {
  fc.assert(fc.property(day, (date) => {
    const next = new Date(date.getTime() + DAY);
    expect(Expiry.on(dateOf(date))).toEqual(Expiry.at(`${dateOf(next)}T00:00:00Z`));
  }));
});

test('with an offset it is the same instant as in Z', () => {
  const offset = fc.tuple(fc.constantFrom(1, -1), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 59 }));
  fc.assert(fc.property(day.filter((date) => date.getTime() > Date.UTC(2000, 0, 2)), offset, (date, [sign, hours, minutes]) => {
    const local = new Date(date.getTime() + sign * (hours * 60 + minutes) * 60_000).toISOString().slice(0, 19);
    const written = `${local}${sign > 0 ? '+' : '-'}${two(hours)}:${two(minutes)}`;
    expect(Expiry.at(written)).toEqual(Expiry.at(date.toISOString()));
  }));
});

test('what it prints is what it reads', () => {
  fc.assert(fc.property(day, (date) => {
    const expiry = Expiry.at(date.toISOString());
    expect(Expiry.at(expiry.iso)).toEqual(expiry);
    expect(expiry.iso).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(expiry.epochSeconds).toBe(Math.floor(date.getTime() / 1000));
  }));
});

test('any text is an absolute instant or is refused', () => {
  const nearly = fc.string({ unit: fc.constantFrom(...'0123456789-:TZ+. '), maxLength: 30 });
  const shaped = fc.stringMatching(/^[23]\d{3}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(:[0-6]\d(\.\d{1,12})?)?(Z|[+-][01]\d:[0-5]\d)$/);
  fc.assert(fc.property(fc.oneof(nearly, shaped, fc.string()), (text) => {
    const code = codeOf(() => expect(Expiry.at(text).epochSeconds).toBe(Math.floor(Date.parse(text) / 1000)));
    expect([undefined, 'ExpiryInvalid']).toContain(code);
  }), { numRuns: 2_000 });
});

test('the end itself is past, a millisecond before it is not', () => {
  fc.assert(fc.property(day, fc.integer({ min: -1000, max: 1000 }), (date, milliseconds) => {
    const expiry = Expiry.at(date.toISOString());
    expect(isPast(expiry, new Date(expiry.epochSeconds * 1000 + milliseconds))).toBe(milliseconds >= 0);
  }));
});

describe('until certified', () => {
  const latest = Expiry.on('2027-03-31');

  test('it is the latest end, which only reviews reach; any other end needs none', () => {
    const expiry = Expiry.untilCertified({ latest });
    expect([expiry.iso, expiry.epochSeconds, String(expiry), expiry.needsCertification]).toEqual([latest.iso, latest.epochSeconds, latest.iso, true]);
    expect([latest, Expiry.at(latest.iso)].map(({ needsCertification }) => needsCertification)).toEqual([false, false]);
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'WrongClass'],
    ['no latest end', {}, 'WrongClass'],
    ['a text', { latest: '2027-03-31' }, 'WrongClass'],
    ['a relative end', { latest: Expiry.on('90 days') }, 'ExpiryInvalid'],
    ['an end that reviews carry on', { latest: Expiry.untilCertified({ latest }) }, 'ExpiryInvalid'],
  ])('its use fails with %s, and to make it does not', (_what, props, code) => {
    const expiry = Expiry.untilCertified(props as never);
    expect(codeOf(() => expiry.iso)).toBe(code);
    expect(codeOf(() => expiry._check())).toBe(code);
  });
});
