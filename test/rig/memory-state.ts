export * from '#server/virtual/memory-state.ts'
