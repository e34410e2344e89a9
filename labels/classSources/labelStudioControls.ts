import type { XmlElement } from '@rgrove/parse-xml';
import { elementsOf } from '../formats/shared/xml';

/** A control of a labeling configuration: a tag with `toName`, and when it is shown. */
export interface Control {
	readonly element: XmlElement;
	readonly name: string;
	readonly toName: string;
	/** Whether it asks about a region, instead of the whole image. */
	readonly isPerRegion: boolean;
	/** The name of the control whose regions it is about; undefined for all. */
	readonly ofControl: string | undefined;
	/** The labels whose regions it is about; undefined for all. */
	readonly ofLabels: readonly string[] | undefined;
	/** Whether it is shown only after a certain answer. */
	readonly isConditional: boolean;
}

export interface Controls {
	/** In the order of the text. */
	readonly all: readonly Control[];
	readonly isOfImage: (control: Control) => boolean;
}

/** What a `View` around a control says of when it is shown. */
type Conditions = Pick<Control, 'ofControl' | 'ofLabels' | 'isConditional'>;

/** More levels than any configuration has. */
const DEEPEST = 100;

export function controlsIn(root: XmlElement): Controls {
	const all: Control[] = [];
	const objects = new Map<string, string>();
	const visit = (element: XmlElement, around: Conditions, depth: number): void => {
		const conditions = conditionsOf(element, around);
		const { name, value } = element.attributes;
		// Relations are between regions and name no object.
		const toName = element.attributes.toName ?? (element.name === 'Relations' ? '' : undefined);
		if (toName !== undefined) {
			all.push({
				element,
				name: name ?? element.name,
				toName,
				isPerRegion: element.attributes.perRegion === 'true',
				...conditions,
			});
			return;
		}
		if (name !== undefined && value?.startsWith('$') === true) objects.set(name, element.name);
		if (depth < DEEPEST) for (const child of elementsOf(element)) visit(child, conditions, depth + 1);
	};
	visit(root, { ofControl: undefined, ofLabels: undefined, isConditional: false }, 0);
	return { all, isOfImage: ({ toName }) => (objects.get(toName) ?? 'Image') === 'Image' };
}

/** Source: labelstud.io/tags/view, `visibleWhen`, `whenTagName`, `whenLabelValue`, `whenChoiceValue`. */
function conditionsOf({ attributes }: XmlElement, around: Conditions): Conditions {
	const { visibleWhen, whenTagName, whenLabelValue } = attributes;
	if (visibleWhen === undefined && whenLabelValue === undefined) return around;
	if (visibleWhen === 'choice-selected' || visibleWhen === 'choice-unselected' || visibleWhen === 'no-region-selected')
		return { ...around, isConditional: around.isConditional || visibleWhen !== 'no-region-selected' };
	const labels = whenLabelValue?.split(',').map((label) => label.trim());
	return { ...around, ofControl: whenTagName ?? around.ofControl, ofLabels: labels ?? around.ofLabels };
}
