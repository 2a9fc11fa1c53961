/** How many things each revision changed against the one before; nobody has counted those of the old ones. */
export const revisionChanges = /* sql */ `
ALTER TABLE revisions ADD COLUMN changes INTEGER;
`
