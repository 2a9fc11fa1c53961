export * from '#server/virtual/fake-services.ts'
