import type { LabelEntry } from '../store/model';

/** The user interface's file of a configuration; `required` is not in it [420]. */
export function configurationFile(entries: LabelEntry[]): Array<Record<string, unknown>> {
	return entries.map((entry) => ({
		children: configurationFile(entry.children),
		type: entry.type,
		entryKey: entry.key,
		entryValue: entry.value,
		...(entry.color === null ? {} : { color: entry.color }),
		...(entry.shortcut === null ? {} : { shortcut: entry.shortcut }),
		...(Object.keys(entry.options).length === 0 ? {} : { options: entry.options }),
		...(entry.maxLength === null ? {} : { maxLength: entry.maxLength }),
	}));
}
