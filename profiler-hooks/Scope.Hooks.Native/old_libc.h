// Binds to the first versions of the C library's functions instead of the newest: one binary then loads wherever the runtime
// does. Functions of threads moved between libraries in glibc 2.34; their old versions are found in either place. Included
// before everything else by scripts/build-native.
#pragma once

#if defined(__x86_64__)
#define OLD_LIBC(name) __asm__(".symver " #name "," #name "@GLIBC_2.2.5")
__asm__(".symver pthread_setname_np,pthread_setname_np@GLIBC_2.12");
#elif defined(__aarch64__)
#define OLD_LIBC(name) __asm__(".symver " #name "," #name "@GLIBC_2.17")
OLD_LIBC(pthread_setname_np);
#endif

#if defined(OLD_LIBC)
OLD_LIBC(pthread_attr_setstacksize);
OLD_LIBC(pthread_create);
OLD_LIBC(pthread_join);
OLD_LIBC(pthread_key_create);
OLD_LIBC(pthread_setspecific);
OLD_LIBC(pthread_sigmask);
#endif
