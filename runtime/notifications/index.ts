export * from './channels';
export * from './collect';
export * from './notifier';
export * from './send-digests';
