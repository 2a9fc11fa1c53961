export * from '#server/virtual/virtual-clock.ts'
