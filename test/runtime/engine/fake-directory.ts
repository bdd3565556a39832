import { DirectoryAnswer, DirectoryStatus } from '../../../src/contract/sponsor-directory';

export const SPONSOR_FUNCTION = 'agents-nhi-sponsors';

/** The registry's function that asks the directory of people, as the engine invokes it. */
export class FakeDirectory {
  /** Who is not listed is active. */
  public readonly people = new Map<string, DirectoryStatus>();
  /** Addresses of each question. */
  public readonly questions: string[][] = [];
  public isDown = false;
  /** Returned instead. */
  public instead?: object;

  public invoke(functionName: string, payload: string): object {
    if (functionName !== SPONSOR_FUNCTION) {
      throw new Error(`nobody may invoke ${functionName}`);
    }
    const { emails } = JSON.parse(payload) as { emails: string[] };
    this.questions.push(emails);
    if (this.instead !== undefined) {
      return this.instead;
    }
    const answers = emails.map((email): DirectoryAnswer => {
      const status = this.people.get(email) ?? 'active';
      return this.isDown ? { email, status: 'no-answer', evidence: 'the SCIM service: it responded 503' } : { email, status, evidence: `${email} is ${status}` };
    });
    return { Payload: Buffer.from(JSON.stringify(answers)) };
  }
}
