import type { XmlElement } from '@rgrove/parse-xml';
import { elementsOf, numberIn } from '../formats/shared/xml';
import type { ClassReport, SourceClass, SourceOption } from './classSource';
import type { Control } from './labelStudioControls';

const QUESTIONS: ReadonlySet<string> = new Set(['Choices', 'Taxonomy', 'TextArea', 'Rating', 'Number', 'DateTime']);
const RATINGS = 5;
/** Stars of a rating, and levels of a taxonomy; more are no configuration's. */
const MOST = 100;

export function isQuestion({ name }: XmlElement): boolean {
	return QUESTIONS.has(name);
}

/** The classification that a control asks for; none if its choices come with each task. */
export function questionOf(control: Control, report: ClassReport): readonly SourceClass[] {
	const { element, name, isConditional } = control;
	const { required, value, choice, maxUsages, maxRating } = element.attributes;
	if (isConditional) report.add('condition', name);
	const common = { name, required: required === 'true' && !isConditional, children: [] };
	if (value?.startsWith('$') === true) {
		report.add('in-task', name);
		return [];
	}
	switch (element.name) {
		case 'Choices':
			return [{ ...common, type: choice === 'multiple' ? 'checklist' : 'select', options: choicesOf(control, report) }];
		case 'Taxonomy':
			return [{ ...common, type: maxUsages === '1' ? 'select' : 'checklist', options: choicesOf(control, report) }];
		case 'Rating': {
			const most = Math.min(MOST, Math.max(1, Math.floor(numberIn(maxRating) ?? RATINGS)));
			return [
				{
					...common,
					type: 'select',
					options: Array.from({ length: most }, (_, index) => ({ name: String(index + 1) })),
				},
			];
		}
		default:
			report.add(element.name === 'Number' ? 'range' : 'text', name);
			return [{ ...common, type: 'freetext' }];
	}
}

/** The choices, and of nested ones the innermost, with all above them. */
function choicesOf({ element, name }: Control, report: ClassReport): readonly SourceOption[] {
	const options: SourceOption[] = [];
	const visit = (choice: XmlElement, above: readonly string[]): void => {
		const { value = '', alias } = choice.attributes;
		const inside = elementsOf(choice, 'Choice');
		const path = [...above, value];
		if (inside.length === 0 || path.length >= MOST) {
			const shown = path.join(' - ');
			options.push({ name: above.length === 0 ? (alias ?? value) : shown, title: shown || alias });
			return;
		}
		report.add('flattened', name);
		for (const each of inside) visit(each, path);
	};
	const all = elementsOf(element);
	// Choices can stand in a View, which only arranges them.
	for (const each of all)
		for (const choice of each.name === 'View' ? elementsOf(each, 'Choice') : [each])
			if (choice.name === 'Choice') visit(choice, []);
	return options;
}
