import { notFound, Route } from './wire';

const ACCESS = /^\/v1\/(projects\/[^/]+\/secrets\/[^/]+)\/versions\/(latest|\d+):access$/;

/** The values of secrets, as people and pipelines read them. Which accounts may is decided by policies. */
export class FakeSecrets {
  /** Versions of a secret, the oldest first, by its full name. */
  public readonly values = new Map<string, readonly string[]>();

  public get routes(): Route[] {
    return [['GET', ACCESS, (_request, name, version) => {
      const versions = this.values.get(name) ?? [];
      const value = version === 'latest' ? versions.at(-1) : versions[Number(version) - 1];
      if (value === undefined) {
        throw notFound(`${name}/versions/${version}`);
      }
      return { name: `${name}/versions/${version}`, payload: { data: Buffer.from(value).toString('base64') } };
    }]];
  }
}
