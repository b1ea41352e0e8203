// What CLIPS has and this language does not, so that who has read a book on CLIPS is told so, and what to do instead.

export const constructsNotYet: ReadonlySet<string> = new Set([
  'defclass',
  'definstances',
  'defgeneric',
  'defmethod',
  'defmessage-handler',
]);

const ofObjects = [
  'active-duplicate-instance',
  'active-initialize-instance',
  'active-make-instance',
  'active-message-duplicate-instance',
  'active-message-modify-instance',
  'active-modify-instance',
  'any-instancep',
  'bload-instances',
  'browse-classes',
  'bsave-instances',
  'call-next-handler',
  'class',
  'class-abstractp',
  'class-existp',
  'class-reactivep',
  'class-slots',
  'class-subclasses',
  'class-superclasses',
  'defclass-module',
  'definstances-module',
  'delayed-do-for-all-instances',
  'delete-instance',
  'describe-class',
  'direct-mv-delete',
  'direct-mv-insert',
  'direct-mv-replace',
  'do-for-all-instances',
  'do-for-instance',
  'duplicate-instance',
  'dynamic-get',
  'dynamic-put',
  'find-all-instances',
  'find-instance',
  'get',
  'get-class-defaults-mode',
  'get-defclass-list',
  'get-definstances-list',
  'get-defmessage-handler-list',
  'init-slots',
  'initialize-instance',
  'instance-address',
  'instance-addressp',
  'instance-existp',
  'instance-name',
  'instance-name-to-symbol',
  'instance-namep',
  'instancep',
  'instances',
  'list-defclasses',
  'list-definstances',
  'list-defmessage-handlers',
  'load-instances',
  'make-instance',
  'message-duplicate-instance',
  'message-handler-existp',
  'message-modify-instance',
  'modify-instance',
  'mv-slot-delete',
  'mv-slot-insert',
  'mv-slot-replace',
  'next-handlerp',
  'object-pattern-match-delay',
  'override-next-handler',
  'ppdefclass',
  'ppdefinstances',
  'ppdefmessage-handler',
  'ppinstance',
  'preview-send',
  'put',
  'restore-instances',
  'save-instances',
  'send',
  'set-class-defaults-mode',
  'slot-allowed-classes',
  'slot-allowed-values',
  'slot-cardinality',
  'slot-default-value',
  'slot-delete$',
  'slot-direct-accessp',
  'slot-direct-delete$',
  'slot-direct-insert$',
  'slot-direct-replace$',
  'slot-existp',
  'slot-facets',
  'slot-initablep',
  'slot-insert$',
  'slot-publicp',
  'slot-range',
  'slot-replace$',
  'slot-sources',
  'slot-types',
  'slot-writablep',
  'subclassp',
  'superclassp',
  'symbol-to-instance-name',
  'undefclass',
  'undefinstances',
  'undefmessage-handler',
  'unmake-instance',
];

const ofGenerics = [
  'call-next-method',
  'call-specific-method',
  'defgeneric-module',
  'get-defgeneric-list',
  'get-defmethod-list',
  'get-method-restrictions',
  'list-defgenerics',
  'list-defmethods',
  'next-methodp',
  'override-next-method',
  'ppdefgeneric',
  'ppdefmethod',
  'preview-generic',
  'undefgeneric',
  'undefmethod',
];

const ofImages = ['bload', 'bsave'];

const ofBreakpoints = ['remove-break', 'set-break', 'show-breaks'];

/** Older forms of what has another name today. */
const ofOldPrograms = ['mv-delete', 'mv-replace', 'mv-subseq', 'str-assert'];

/** The process and the network of CLIPS itself. */
const ofTheProcess = [
  'apropos',
  'call',
  'conserve-mem',
  'constructs-to-c',
  'deftemplate-slot-facet-existp',
  'deftemplate-slot-facet-value',
  'fetch',
  'get-auto-float-dividend',
  'get-beta-memory-resizing',
  'get-function-list',
  'get-function-restrictions',
  'get-incremental-reset',
  'get-profile-percent-threshold',
  'get-region',
  'join-activity',
  'join-activity-reset',
  'mem-requests',
  'mem-used',
  'new',
  'operating-system',
  'options',
  'print-region',
  'profile',
  'profile-info',
  'profile-reset',
  'put-char',
  'release-mem',
  'set-auto-float-dividend',
  'set-beta-memory-resizing',
  'set-incremental-reset',
  'set-locale',
  'set-profile-percent-threshold',
  'system',
  'timetag',
  'toss',
];

/** What a policy has no use for; a CLIPS program has these. */
const ofPrograms = ['build', 'eval', 'batch', 'batch*', 'load', 'load*', 'assert-string', 'check-syntax'];

const instead: ReadonlyMap<string, string> = new Map([
  ...each(ofObjects, 'there are no objects: facts of a `deftemplate` hold what instances would'),
  ...each(
    ofGenerics,
    'there are no generic functions: a `deffunction` can look at the types of its arguments',
  ),
  ...each(ofImages, 'there are no binary images: constructs are kept as text'),
  ...each(ofBreakpoints, 'there are no breakpoints: watch the rules, or run one firing at a time'),
  ...each(ofOldPrograms, 'today they are `delete$`, `replace$`, `subseq$` and `assert-string`'),
  ...each(ofTheProcess, 'it tells of or changes the process of CLIPS, which is not there'),
  ...each(ofPrograms, 'a policy consists of facts and rules alone'),
]);

export const functionsNotYet: ReadonlySet<string> = new Set(instead.keys());

/** What to do instead of calling one of `functionsNotYet`, or of defining one of `constructsNotYet`. */
export function insteadOf(name: string): string {
  if (name === 'defgeneric' || name === 'defmethod') return insteadOf('call-next-method');
  return instead.get(name) ?? insteadOf('send');
}

function each(names: readonly string[], help: string): (readonly [string, string])[] {
  return names.map((name) => [name, help]);
}
