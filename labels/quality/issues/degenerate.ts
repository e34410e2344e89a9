import type { IssueKind } from './issue';

export const degenerate: IssueKind = {
	key: 'degenerate',
	name: 'Degenerate Shapes',
	description: 'Labels without area, length or enough points',
	search: (project) => ({
		*look({ image, labels }) {
			for (const { object, fault } of labels) {
				if (fault === undefined) continue;
				const { reason, measure, value, limit } = fault;
				yield {
					severity: 'high',
					reason: `This "${project.nameOf(object.className)}" ${reason}. Delete it, or draw it again.`,
					image,
					label: object,
					measure,
					value,
					limit,
				};
			}
		},
	}),
};
