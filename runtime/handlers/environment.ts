import { InvalidInputError } from '../../src/core/errors';

/** What the construct sets on the functions. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new InvalidInputError('EnvironmentMissing', `the environment variable ${name} is not set: deploy the registry again`);
  }
  return value;
}

export function optionalNumber(name: string): number | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : Number(value);
}
