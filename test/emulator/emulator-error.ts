/** A failure to set up or to run the emulator; `code` is stable. */
export class EmulatorError extends Error {
  constructor(readonly code: EmulatorErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'EmulatorError';
  }
}

type EmulatorErrorCode =
  | 'PythonMissing'
  | 'PythonTooOld'
  | 'PythonVenvMissing'
  | 'InstallFailed'
  | 'StartFailed'
  | 'StartTimedOut'
  | 'ResetFailed';
