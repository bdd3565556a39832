/** What the command is doing. */
type Doing = 'parsing' | 'reading' | 'asking' | 'changing' | 'taking-inventory' | 'answering' | 'watching';

/** What an interruption leaves behind, and what to do about it. Empty if that is plain. */
const LEFT_BEHIND: Readonly<Record<Doing, string>> = {
  'parsing': 'interrupted: nothing was changed',
  'reading': 'interrupted: nothing was changed',
  'asking': 'interrupted: nothing was changed',
  'changing': 'interrupted: the engine continues what it has begun; nhi show <agent> or nhi list says how far it is, then run the same command again for the rest',
  'taking-inventory': 'interrupted: run the same command again; an inventory continues after the last page that it read',
  'answering': 'interrupted: run the same command again; what was answered is kept',
  'watching': '',
};

/** What the command is doing now. An interruption and an error are explained by it. */
export class Activity {
  private doing: Doing = 'parsing';

  /** Whether anything outside of this machine may have been called. */
  public get hasCalled(): boolean {
    return this.doing !== 'parsing';
  }

  /** What to say to a person who interrupts the command now. */
  public get leftBehind(): string {
    return LEFT_BEHIND[this.doing];
  }

  public begin(doing: Exclude<Doing, 'parsing'>): void {
    // A watch reads again and again, and a change reads what became of it.
    if (this.doing !== 'watching' && (this.doing !== 'changing' || doing !== 'reading')) {
      this.doing = doing;
    }
  }
}
