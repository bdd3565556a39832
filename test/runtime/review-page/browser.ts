import { httpApiEvent } from '../../../runtime/review-page';

export const PATH = '/reviews/111122223333/invoice-bot';
export const REASON = 'It is needed for the monthly closing';

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

type Fields = Record<string, string | readonly string[]>;

export interface Answer extends Received {
  readonly path: string;
  readonly status: number;
}

/** Sends what a browser would, by events of API Gateway, and keeps cookies. */
export class Browser {
  public readonly cookies = new Map<string, string>();
  /** All headers that set a cookie, as they came. */
  public readonly setCookies: string[] = [];
  public last: Answer = { path: '', status: 0, headers: {}, cookies: [], body: '' };

  public constructor(private readonly send: (event: unknown) => Promise<Received & { readonly statusCode: number }>) {}

  public get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return this.request(method, path, headers);
  }

  /** Sends a form and follows where it leads. */
  public async post(path: string, fields: Fields | string, headers: Record<string, string> = {}): Promise<Answer> {
    const pairs = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]));
    const body = typeof fields === 'string' ? fields : new URLSearchParams(pairs).toString();
    const own = { 'content-type': 'application/x-www-form-urlencoded', 'origin': 'null', 'sec-fetch-site': 'same-origin' };
    const sent = Object.fromEntries(Object.entries({ ...own, ...headers }).filter(([, value]) => value !== ''));
    const answer = await this.request('POST', path, sent, body);
    return answer.status === 303 ? this.get(answer.headers.location) : answer;
  }

  /** The fields of the last form of the page that is open, as they are without a choice of the person. */
  public form(action: string): Record<string, string | string[]> {
    const html = this.last.body;
    const form = html.slice(html.indexOf(`action="${action}"`));
    const inputs = [...form.slice(0, form.indexOf('</form>')).matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields: Record<string, string | string[]> = {};
    for (const [, name, value] of inputs) {
      const plain = unescaped(value);
      fields[name] = fields[name] === undefined ? plain : [fields[name], plain].flat();
    }
    return fields;
  }

  /** Decides as a person does: the review, the form, the check, the record. */
  public async decide(chosen: Record<string, string | string[]>, path = PATH): Promise<Answer> {
    const checked = await this.check(chosen, path);
    return checked.status === 200 ? this.post(`${path}/decide`, this.form(`${path}/decide`)) : checked;
  }

  /** The same up to the check. */
  public async check(chosen: Record<string, string | string[]>, path = PATH): Promise<Answer> {
    await this.get(path);
    return this.post(`${path}/check`, { ...this.form(`${path}/check`), reason: REASON, ...chosen });
  }

  private async request(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const [rawPath, rawQueryString = ''] = path.split('?');
    const cookies = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    const event: typeof httpApiEvent._input = {
      rawPath,
      rawQueryString,
      headers,
      requestContext: { http: { method } },
      ...(cookies.length === 0 ? {} : { cookies }),
      ...(body === undefined ? {} : { body }),
    };
    const { statusCode: status, ...answer } = await this.send(event);
    this.setCookies.push(...answer.cookies);
    for (const cookie of answer.cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      this.cookies[value === '' ? 'delete' : 'set'](name, value);
    }
    this.last = { path, status, ...answer };
    return this.last;
  }
}

export function unescaped(text: string): string {
  return text.replace(/&quot;/g, '"').replace(/&#39;/g, '\'').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
