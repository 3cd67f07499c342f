#!/bin/sh
# Written by `just translate` from docs/po/zh-CN/setup.po: do not change it here.

# shellcheck disable=SC2016 # nothing in a message expands
in_chinese() { # in_chinese MESSAGE
    case $1 in
    'HOME is not set, so there is no cache folder; set NAMESPACE_WORKSHOP_CACHE to one.') printf %s '没有设置 HOME，所以没有缓存目录；请用 NAMESPACE_WORKSHOP_CACHE 指定一个。' ;;
    'The cache, %s, is no folder; NAMESPACE_WORKSHOP_CACHE can name one.') printf %s '缓存 %s 不是目录；可以用 NAMESPACE_WORKSHOP_CACHE 指定一个。' ;;
    'A suite'\''s packages come from apt-get, which this computer does not have.') printf %s '某个 suite 的软件包要靠 apt-get 来取，而这台电脑没有 apt-get。' ;;
    'The machine runs on x86_64 and aarch64. This computer is neither.') printf %s '机器能在 x86_64 和 aarch64 上运行，这台电脑两者都不是。' ;;
    'The cache needs a folder to write in: NAMESPACE_WORKSHOP_CACHE can name one.') printf %s '缓存需要一个可写的目录：可以用 NAMESPACE_WORKSHOP_CACHE 指定。' ;;
    'Nothing is missing.') printf %s '什么都不缺。' ;;
    'Missing:%s. %s. The command that does it:') printf %s '缺少：%s。%s。安装它们的命令：' ;;
    'That cannot be installed from here') printf %s '这些没法从这里安装' ;;
    'You cannot install packages here') printf %s '你在这里没有权限安装软件包' ;;
    'apt-get finds no way to install %s') printf %s 'apt-get 没有办法安装 %s' ;;
    '%s. just setup --docker system fetches it into the cache.') printf %s '%s。just setup --docker system 会把它取到缓存里。' ;;
    '%s: that goes into the cache instead.') printf %s '%s：改为放进缓存。' ;;
    'a kernel (%s)') printf %s '一个内核（%s）' ;;
    'a kernel (the installed one)') printf %s '一个内核（已安装的那个）' ;;
    'kernel %s (apt-get download)') printf %s '内核 %s（apt-get download）' ;;
    '%s into %s') printf %s '%s 放进 %s' ;;
    'To be installed: %s') printf %s '将要安装：%s' ;;
    'Go ahead? [Y/n]') printf %s '继续吗？[Y/n]' ;;
    'Nothing was installed.') printf %s '什么也没有安装。' ;;
    'Waiting for another set-up to finish.') printf %s '正在等另一个安装过程结束。' ;;
    'sudo refuses') printf %s 'sudo 拒绝了' ;;
    'apt-get could not renew its lists: it says above why.') printf %s 'apt-get 没能更新软件包列表：原因见上面它的输出。' ;;
    'apt-get could not install the packages, it says above why') printf %s 'apt-get 没能安装这些软件包，原因见上面它的输出' ;;
    'This brings it: %s') printf %s '这样安装：%s' ;;
    'Get it with rustup (https://rustup.rs), then run this again.') printf %s '请用 rustup（https://rustup.rs）安装，然后再运行一次。' ;;
    'Rust is missing: no cargo in PATH or in ~/.cargo/bin. %s') printf %s '缺少 Rust：PATH 和 ~/.cargo/bin 里都没有 cargo。%s' ;;
    'Rust %s is too old, the workshop needs %s. %s') printf %s 'Rust %s 太旧，课程需要 %s。%s' ;;
    'apt-get would remove %s for %s') printf %s 'apt-get 会删掉 %s，为了安装 %s' ;;
    'apt-get would put an older %s in place for %s') printf %s 'apt-get 会换上旧版的 %s，为了安装 %s' ;;
    'Installing 1 package, %s MB') printf %s '正在安装 1 个软件包，%s MB' ;;
    'Installing %s packages, %s MB') printf %s '正在安装 %s 个软件包，%s MB' ;;
    '%s, fetching') printf %s '%s，下载中' ;;
    '%s, installing') printf %s '%s，安装中' ;;
    'Renewing the lists of apt') printf %s '正在更新 apt 的软件包列表' ;;
    'Fetching just with %s') printf %s '正在用 %s 取 just' ;;
    'Looking for a package of just: %s') printf %s '正在找 just 的软件包：%s' ;;
    'Building just: nothing here has it ready.') printf %s '正在构建 just：这里没有现成的。' ;;
    'There is no way to get just here: it says above why.') printf %s '这里没有办法得到 just：原因见上面的输出。' ;;
    'Reading the lists of the suite %s') printf %s '正在读取 suite %s 的软件包列表' ;;
    'apt-get could not read the lists of %s.') printf %s 'apt-get 没能读取 %s 的软件包列表。' ;;
    'No suite has a kernel %s with its modules.') printf %s '没有哪个 suite 有内核 %s 和它的模块。' ;;
    'apt knows no kernel package %s.') printf %s 'apt 不知道内核软件包 %s。' ;;
    'The suite %s has no kernel package %s.') printf %s 'suite %s 没有内核软件包 %s。' ;;
    '%s could not be fetched: it says above why.') printf %s '%s 没能取来：原因见上面的输出。' ;;
    'Fetching the kernel %s into %s') printf %s '正在把内核 %s 取到 %s' ;;
    'Fetching the kernel %s of the suite %s into %s') printf %s '正在把内核 %s（suite %s）取到 %s' ;;
    '%s holds no kernel that can be used.') printf %s '%s 里没有可用的内核。' ;;
    'depmod failed: it says above why.') printf %s 'depmod 失败了：原因见上面它的输出。' ;;
    'Using the installed kernel %s') printf %s '使用已安装的内核 %s' ;;
    'No kernel for the machine: there is no apt-get to fetch one, and this computer'\''s own cannot be read. Name any with %s') printf %s '没有给机器用的内核：没有 apt-get 可以取，本机自己的又读不了。可以这样指定一个：%s' ;;
    'No suite is called '\''%s'\''.') printf %s '没有叫“%s”的 suite。' ;;
    'apt'\''s lists lack %s.') printf %s 'apt 的列表里缺少 %s。' ;;
    'The newest is there: %s') printf %s '已经是最新的：%s' ;;
    'Fetching %s (%s packages with all they need) into %s') printf %s '正在把 %s（连同依赖共 %s 个软件包）取到 %s' ;;
    'With the lists that apt has: %s.') printf %s '按 apt 现有的列表：%s。' ;;
    'The suite %s: %s.') printf %s 'suite %s：%s。' ;;
    'apt does not say where %s comes from: no suite %s.') printf %s 'apt 没有说 %s 来自哪里：没有 suite %s。' ;;
    'apt-get could not download the packages') printf %s 'apt-get 没能下载这些软件包' ;;
    '%s could not be unpacked into %s') printf %s '%s 没能解包到 %s' ;;
    'no such packages: %s') printf %s '没有这些软件包：%s' ;;
    'first-build: there is no part %s') printf %s 'first-build：没有 %s 这一部分' ;;
    'Building the course: %s of %s crates, %s') printf %s '正在构建课程：%s/%s 个 crate，%s' ;;
    'Building the course: asking cargo what is needed, %s') printf %s '正在构建课程：在问 cargo 需要什么，%s' ;;
    'Building the course: this happens once, and takes a minute or more') printf %s '正在构建课程：只有这一次，要一分钟或更久' ;;
    'cargo could not build %s: it says above why.') printf %s 'cargo 没能构建 %s：原因见上面它的输出。' ;;
    'The course is built, after %s.') printf %s '课程构建好了，用时 %s。' ;;
    *) printf %s "$1" ;;
    esac
}
