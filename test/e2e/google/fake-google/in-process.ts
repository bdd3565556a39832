import { FakeGoogle } from './fake-google';

/** A `fetch` that calls the fake without a network. */
export function fetchOf(fake: FakeGoogle): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const { pathname, searchParams } = new URL(url);
    const headers = new Headers(init.headers);
    const { status, body } = fake.handle({
      method: init.method ?? 'GET',
      path: decodeURI(pathname),
      query: searchParams,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      ifMatch: headers.get('if-match') ?? undefined,
    }, tokenIn(headers.get('authorization')), headers.get('user-agent') ?? '');
    return new Response(JSON.stringify(body), { status });
  };
}

export function tokenIn(authorization: string | null | undefined): string {
  return (authorization ?? '').replace(/^Bearer /, '');
}
