import { Verdict } from '../../model/review';

const MEANINGS: { readonly [V in Verdict]: string } = {
  'keep': 'I have looked at what the agent may do and does with these services. It still needs them, and I am accountable for that.',
  'reduce': 'The agent does not need these services or actions. They are denied at once, and stay denied whatever is deployed.',
  'restore': 'The agent needs what an earlier review denied. I am another person than the one who denied it.',
  'request-change': 'The agent\'s access must be changed in its code. Until that is deployed, these services are not certified.',
  'transfer': 'Another person is to be accountable for the agent. I stay accountable until that person accepts.',
  'accept': 'I am accountable for the agent from now on.',
  'decline': 'I do not accept the accountability for the agent.',
  'delegate': 'Another person may decide reviews of the agent for me until the named end. I stay accountable, and both of us together are one voice.',
  'end-delegation': 'The named person no longer decides reviews of the agent.',
  'leave': 'The agent is not needed any more. Everything that belongs to it is revoked and deleted now.',
};

/** What a decision means, in the words that the reviewer agrees to. It is recorded with the decision. */
export function meaningOf(verdict: Verdict): string {
  return MEANINGS[verdict];
}
