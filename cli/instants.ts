import { Expiry } from '../src/core/expiry';

/** The end as a declaration would write it: `Expiry.on` for a day, `Expiry.at` for an instant. */
export function instant(text: string): string {
  return (/^\d{4}-\d{2}-\d{2}$/.test(text) ? Expiry.on(text) : Expiry.at(text)).iso;
}
