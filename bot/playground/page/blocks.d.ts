// Slack's blocks as far as the page draws them: what comes over the wire, not what we would wish for.

export interface TextObject {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

export interface Option {
  readonly value: string;
  readonly text: TextObject;
}

export interface Confirm {
  readonly title?: TextObject;
  readonly text?: TextObject;
  readonly confirm?: TextObject;
  readonly deny?: TextObject;
  readonly style?: 'primary' | 'danger';
}

interface Acting {
  readonly action_id?: string;
  readonly confirm?: Confirm;
}

export interface Button extends Acting {
  readonly type: 'button';
  readonly text: TextObject;
  readonly value?: string;
  readonly url?: string;
  readonly style?: 'primary' | 'danger';
  readonly accessibility_label?: string;
}

export interface Menu extends Acting {
  readonly type: 'static_select' | 'overflow';
  readonly placeholder?: TextObject;
  readonly options?: readonly Option[];
  readonly option_groups?: readonly { readonly label: TextObject; readonly options: readonly Option[] }[];
  readonly initial_option?: Option;
}

export interface Image {
  readonly type: 'image';
  readonly alt_text: string;
}

export type Element = Button | Menu | Image;

export interface TextInput {
  readonly type: 'plain_text_input' | 'number_input';
  readonly multiline?: boolean;
  readonly initial_value?: string;
  readonly placeholder?: TextObject;
  readonly max_length?: number;
  readonly focus_on_load?: boolean;
}

export interface InputBlock {
  readonly type: 'input';
  readonly block_id: string;
  readonly label: TextObject;
  readonly hint?: TextObject;
  readonly optional?: boolean;
  readonly element: TextInput | Menu;
}

export interface TaskCard {
  readonly type: 'task_card';
  readonly task_id: string;
  readonly title: string;
  readonly status: string;
  readonly details?: RichText;
  readonly output?: RichText;
}

export interface RichText {
  readonly type: 'rich_text';
  readonly elements: readonly RichTextPart[];
}

export type RichTextPart =
  | {
      readonly type: 'rich_text_section' | 'rich_text_preformatted' | 'rich_text_quote';
      readonly elements: readonly RichTextSpan[];
    }
  | {
      readonly type: 'rich_text_list';
      readonly style: 'ordered' | 'bullet';
      readonly elements: readonly RichTextPart[];
    };

export type RichTextSpan =
  | {
      readonly type: 'text';
      readonly text: string;
      readonly style?: {
        readonly bold?: boolean;
        readonly italic?: boolean;
        readonly strike?: boolean;
        readonly code?: boolean;
      };
    }
  | { readonly type: 'link'; readonly url: string; readonly text?: string }
  | { readonly type: 'emoji'; readonly name: string }
  | { readonly type: 'user'; readonly user_id: string }
  | { readonly type: 'date'; readonly timestamp: number };

export type Cell =
  | { readonly type: 'raw_text'; readonly text: string }
  | { readonly type: 'raw_number'; readonly value: number; readonly text?: string }
  | RichText;

export interface Table {
  readonly type: 'table';
  readonly rows: readonly (readonly Cell[])[];
  readonly column_settings?: readonly ({ readonly align?: 'left' | 'center' | 'right' } | null)[];
}

export type Block =
  | { readonly type: 'header'; readonly text: TextObject }
  | { readonly type: 'divider' }
  | { readonly type: 'markdown'; readonly text: string }
  | { readonly type: 'context'; readonly elements: readonly (TextObject | Image)[] }
  | {
      readonly type: 'section';
      readonly text?: TextObject;
      readonly fields?: readonly TextObject[];
      readonly accessory?: Element;
    }
  | { readonly type: 'actions'; readonly elements: readonly Element[] }
  | { readonly type: 'alert'; readonly text: TextObject; readonly level?: string }
  | { readonly type: 'plan'; readonly title: string; readonly tasks?: readonly TaskCard[] }
  | TaskCard
  | RichText
  | Table;

/** A modal. */
export interface View {
  readonly id?: string;
  readonly external_id?: string;
  readonly callback_id?: string;
  readonly private_metadata?: string;
  readonly title: TextObject;
  readonly submit?: TextObject;
  readonly close?: TextObject;
  readonly blocks: readonly (Block | InputBlock)[];
}
