import { notFound, Refusal, Route } from './wire';

const BASE = '^/stand-in/documents/(google_[a-z0-9_]+)';
const SECRET = /^\/v1\/(projects\/[^/]+\/secrets\/[^/:]+)$/;
/** Deleted resources of these types keep their name for 30 days. */
const SOFT_DELETED = /^google_iam_workload_identity_pool/;

/** Other resources that Terraform manages: attributes by resource type and name. Secrets also have Secret Manager's own calls. */
export class FakeDocuments {
  private readonly documents = new Map<string, { type: string; attributes: unknown }>();
  private readonly softDeleted = new Map<string, { type: string; attributes: unknown }>();

  public constructor(private readonly beforeDelete: (name: string) => void, private readonly onDeleted: (name: string) => void) {}

  public get routes(): Route[] {
    const one = new RegExp(`${BASE}/([^/]+)$`);
    const named = (name: string) => decodeURIComponent(name);
    return [
      ['POST', one, ({ body }, type, name) => this.add(named(name), type, body)],
      ['GET', one, (_request, _type, name) => this.find(named(name)).attributes],
      ['PUT', one, ({ body }, type, name) => this.replace(named(name), type, body)],
      ['DELETE', one, (_request, _type, name) => this.remove(named(name))],
      ['GET', SECRET, (_request, name) => ({ name, ...this.find(name) && {} })],
      ['DELETE', SECRET, (_request, name) => this.remove(name)],
    ];
  }

  public has(name: string): boolean {
    return this.documents.has(name);
  }

  public names(type?: string): string[] {
    return [...this.documents].filter(([, document]) => type === undefined || document.type === type).map(([name]) => name);
  }

  public add(name: string, type: string, attributes: unknown = {}): unknown {
    if (this.documents.has(name) || this.softDeleted.has(name)) {
      throw new Refusal(409, `Requested entity already exists: ${name}`);
    }
    this.documents.set(name, { type, attributes });
    return attributes;
  }

  /** Restores a resource that keeps its name after its deletion, as `gcloud ... undelete` does. */
  public undelete(name: string): void {
    const kept = this.softDeleted.get(name);
    if (kept === undefined) {
      throw notFound(name);
    }
    this.softDeleted.delete(name);
    this.documents.set(name, kept);
  }

  private find(name: string): { attributes: unknown } {
    const found = this.documents.get(name);
    if (found === undefined) {
      throw notFound(name);
    }
    return found;
  }

  private replace(name: string, type: string, attributes: unknown): unknown {
    this.find(name);
    this.documents.set(name, { type, attributes });
    return attributes;
  }

  private remove(name: string): object {
    this.find(name);
    this.beforeDelete(name);
    const document = this.documents.get(name)!;
    this.documents.delete(name);
    if (SOFT_DELETED.test(document.type)) {
      this.softDeleted.set(name, document);
    }
    this.onDeleted(name);
    return {};
  }
}
