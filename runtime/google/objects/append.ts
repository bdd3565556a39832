import { isWritten, ListedObject, listObjects, readObject } from './objects';
import { numberOfObject, objectName } from '../../../src/contract/google';
import { RetryableError } from '../../../src/core/errors';
import { GoogleApi } from '../api';
import { inParallel } from '../in-parallel';

const TRIES = 5;

/** A folder of a bucket with numbered objects. Each is written once, because the retention denies overwriting and deleting. */
export interface Series {
  readonly bucket: string;
  /** With a slash at the end. */
  readonly folder: string;
}

/**
 * Appends the object that `next` creates from the last one. Names are increasing numbers, so none is used twice. If two writers use the same number,
 * the bucket rejects the second, which reads again.
 *
 * @returns the last object, and the appended one if there is one
 * @throws RetryableError `ChainBusy` if others write all the time
 */
export async function append<T extends object>(
  api: GoogleApi, series: Series, next: (last: T | undefined) => T | undefined | Promise<T | undefined>,
): Promise<{ readonly last?: T; readonly appended?: T }> {
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const lastName = await lastNameIn(api, series);
    const last = lastName === undefined ? undefined : await readObject<T>(api, series.bucket, lastName);
    const object = await next(last);
    if (object === undefined) {
      return { last };
    }
    if (await isWritten(api, series.bucket, objectName(series.folder, (numberOfObject(lastName ?? '') ?? 0) + 1), object)) {
      return { last, appended: object };
    }
  }
  throw new RetryableError('ChainBusy', `others write to ${series.bucket}/${series.folder} at the same time: run the same apply again`);
}

/** The last object of a series. */
export async function lastIn<T extends object>(api: GoogleApi, series: Series): Promise<T | undefined> {
  const name = await lastNameIn(api, series);
  return name === undefined ? undefined : readObject<T>(api, series.bucket, name);
}

/** An object of a series, with its name. */
export interface InSeries<T> extends ListedObject {
  readonly object: T;
}

const AT_ONCE = 8;

/** All objects of a series, in their order. What else is in its folder is not read. */
export async function allIn<T extends object>(api: GoogleApi, series: Series): Promise<InSeries<T>[]> {
  return allUnder(api, series, ({ name }) => numberOfObject(name) !== undefined);
}

/** All objects in a folder, also those that belong to no series, in the order of their names. */
export async function allUnder<T extends object>(
  api: GoogleApi, { bucket, folder }: Series, isWanted: (object: ListedObject) => boolean = () => true,
): Promise<InSeries<T>[]> {
  const listed = (await listObjects(api, bucket, folder)).filter(isWanted);
  return inParallel(listed, AT_ONCE, async (one) => ({ ...one, object: await readObject<T>(api, bucket, one.name) }));
}

/** Objects without a number are not part of the series. */
async function lastNameIn(api: GoogleApi, { bucket, folder }: Series): Promise<string | undefined> {
  return (await listObjects(api, bucket, folder)).map(({ name }) => name).filter((name) => numberOfObject(name) !== undefined).at(-1);
}
